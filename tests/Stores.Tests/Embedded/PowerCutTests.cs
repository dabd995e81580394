using Mesh.Model.Stores;
using Mesh.Stores.Embedded;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>The power goes between any two steps, and steps fail: nothing that was acknowledged is lost, nothing is half there.</summary>
public sealed class PowerCutTests
{
    private const int WriteCount = 70;

    [Theory]
    [InlineData(nameof(SimulatedFolder.Unflushed.All))]
    [InlineData(nameof(SimulatedFolder.Unflushed.None))]
    [InlineData(nameof(SimulatedFolder.Unflushed.Some))]
    public async Task PowerCut_AfterAnyStep_LosesNothingAcknowledged(string unflushed)
    {
        var survives = Enum.Parse<SimulatedFolder.Unflushed>(unflushed);
        var random = new Random(7);
        var folder = new SimulatedFolder();
        var history = await WriteAsync(folder, random);

        for (var steps = 0; steps <= folder.StepCount; steps++)
        {
            var acknowledged = history.FindLastIndex(entry => entry.Steps <= steps);
            var disk = new SimulatedFolder(folder.AfterPowerCut(steps, survives, random));
            await using var store = Routine.OpenStore(disk);
            var found = await StoreModel.OfAsync(store);
            var expected = history.Skip(Math.Max(acknowledged, 0)).Take(2).Select(entry => entry.Model).ToArray();
            Assert.True(
                expected.Any(model => model.Matches(found)), $"after {steps} steps: found {found}, expected {string.Join(" or ", expected.AsEnumerable())}");

            await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "after"));
            await store.DisposeAsync();
            await using var again = Routine.OpenStore(disk);
            Assert.Equal(found.Revision + 1, again.Revision);
        }
    }

    [Theory]
    [InlineData(nameof(SimulatedFolder.Unflushed.All))]
    [InlineData(nameof(SimulatedFolder.Unflushed.None))]
    [InlineData(nameof(SimulatedFolder.Unflushed.Some))]
    public async Task PowerCut_AfterAnyStepOfTheOpeningAfterAPowerCut_LosesNothing(string unflushed)
    {
        var survives = Enum.Parse<SimulatedFolder.Unflushed>(unflushed);
        var random = new Random(9);
        var folder = new SimulatedFolder();
        await WriteAsync(folder, random);

        var cuts = 0;
        for (var steps = 1; steps <= folder.StepCount; steps += 3)
        {
            var disk = new SimulatedFolder(folder.AfterPowerCut(steps, SimulatedFolder.Unflushed.Some, random));
            StoreModel found;
            await using (var store = Routine.OpenStore(disk))
            {
                found = await StoreModel.OfAsync(store);
            }

            for (var opening = 0; opening <= disk.StepCount; opening++)
            {
                await using var again = Routine.OpenStore(new SimulatedFolder(disk.AfterPowerCut(opening, survives, random)));
                Assert.True(found.Matches(await StoreModel.OfAsync(again)), $"after {steps} steps and {opening} of the opening");
                cuts++;
            }
        }

        Assert.True(cuts > 100, $"{cuts} power cuts");
    }

    [Fact]
    public async Task Fault_InAnyStepOfTheOpening_RefusesItAndChangesNothing()
    {
        var random = new Random(13);
        var written = new SimulatedFolder();
        await WriteAsync(written, random);
        var faults = 0;
        for (var steps = 1; steps <= written.StepCount; steps += 3)
        {
            var content = written.AfterPowerCut(steps, SimulatedFolder.Unflushed.Some, random);
            var clean = new SimulatedFolder(content);
            StoreModel found;
            await using (var store = Routine.OpenStore(clean))
            {
                found = await StoreModel.OfAsync(store);
            }

            for (var failing = 0; failing < clean.StepCount; failing++)
            {
                var folder = new SimulatedFolder(content);
                var at = failing;
                folder.Fault = (step, _, _) => step == at && at >= 0 ? Once(ref at) : null;
                try
                {
                    await Routine.OpenStore(folder).DisposeAsync();
                }
                catch (StoreUnavailableException refusal)
                {
                    Assert.Contains("injected", refusal.Message, StringComparison.Ordinal);
                    faults++;
                }

                folder.Fault = (_, _, _) => null;
                await using var again = Routine.OpenStore(folder);
                Assert.True(found.Matches(await StoreModel.OfAsync(again)), $"after {steps} steps, step {failing} of the opening failed");
            }
        }

        Assert.True(faults > 50, $"{faults} openings failed");
    }

    [Fact]
    public async Task FullDisk_WhenTheRewrittenLogIsToBeUsed_GoesOnInTheOldAndGivesItsRoomBack()
    {
        var folder = new SimulatedFolder();
        await using var store = Routine.OpenStore(folder);
        var refused = 0;
        folder.Fault = (_, kind, name) =>
        {
            if (kind != SimulatedFolder.Action.Replace || name != StoreFiles.Current)
            {
                return null;
            }

            refused++;
            return new IOException("No space left on device");
        };
        await WriteUntilAsync(store, () => Volatile.Read(ref refused) > 0);
        await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "after"));
        Assert.Null(store.Trouble);
        Assert.Equal(1, store.Generation);
        Assert.Equal([StoreFiles.LogName(1)], StoreFiles.Logs(folder));

        folder.Fault = (_, _, _) => null;
        await WriteUntilAsync(store, () => store.Generation > 1);
        Assert.Equal([StoreFiles.LogName(store.Generation)], StoreFiles.Logs(folder));
        await store.DisposeAsync();
        await using var again = Routine.OpenStore(folder);
        Assert.Equal(store.Revision, again.Revision);
    }

    [Fact]
    public async Task Fault_InAnyStep_FailsTheWriteAloneAndIsOvercome()
    {
        var clean = new SimulatedFolder();
        await WriteAsync(clean, new Random(3));
        for (var failing = 8; failing < clean.StepCount; failing++)
        {
            var folder = new SimulatedFolder();
            var at = failing;
            folder.Fault = (step, _, _) => step == at && at >= 0 ? Once(ref at) : null;
            var store = Routine.OpenStore(folder);
            var model = StoreModel.Empty;
            var random = new Random(3);
            for (var i = 0; i < WriteCount; i++)
            {
                var (next, _, ask) = Step(model, random, i);
                try
                {
                    await ask(store);
                    model = next;
                }
                catch (StoreUnavailableException)
                {
                    // Not acknowledged, so not there.
                }
                catch (StoreException)
                {
                    // Refused, as the model refused it.
                }

                Assert.True(model.Matches(await StoreModel.OfAsync(store)), $"step {failing} failed; write {i}");
            }

            // How writes share a step is a matter of timing: a run can have fewer steps than the clean one, and its fault yet to come.
            folder.Fault = (_, _, _) => null;
            await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "after"));
            Assert.Null(store.Trouble);
            await store.DisposeAsync();
            await using var again = Routine.OpenStore(folder);
            Assert.Equal(model.Revision + 1, again.Revision);
        }
    }

    [Fact]
    public async Task FullDisk_UntilSpaceIsBack_RefusesWritesAndServesReads()
    {
        var folder = new SimulatedFolder();
        await using var store = Routine.OpenStore(folder);
        var created = await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"));
        folder.Fault = (_, _, _) => new IOException("No space left on device");

        for (var i = 0; i < 3; i++)
        {
            var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.UpdateAsync(created));
            Assert.Contains("No space left on device", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Contains("No space left", store.Trouble, StringComparison.Ordinal);
        Assert.Equal(1, (await store.GetAsync(created.Key))!.Version);

        folder.Fault = (_, _, _) => null;
        Assert.Equal(2, (await store.UpdateAsync(created)).Version);
        Assert.Null(store.Trouble);
    }

    [Fact]
    public async Task FullDisk_DuringALargeWrite_FailsItAndGoesOn()
    {
        var folder = new SimulatedFolder();
        await using var store = Routine.OpenStore(folder);
        folder.Fault = (_, kind, _) => kind == SimulatedFolder.Action.Write ? new IOException("No space left on device") : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a", text: new string('x', 20_000_000))));

        folder.Fault = (_, _, _) => null;
        await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a", text: "small"));
    }

    /// <summary>Makes the log longer and what it holds no more, until something is so.</summary>
    private static async Task WriteUntilAsync(IResourceStore store, Func<bool> isSo)
    {
        const int Enough = 10_000;
        for (var i = 0; !isSo(); i++)
        {
            Assert.True(i < Enough, "it never is");
            var made = await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "again-and-again"));
            await store.DeleteAsync(made.Key);
        }
    }

    private static IOException Once(ref int at)
    {
        at = -1;
        return new IOException("injected");
    }

    private static async Task<List<(int Steps, StoreModel Model)>> WriteAsync(SimulatedFolder folder, Random random)
    {
        var history = new List<(int, StoreModel)>();
        var model = StoreModel.Empty;
        await using var store = Routine.OpenStore(folder);
        history.Add((0, model));
        for (var i = 0; i < WriteCount; i++)
        {
            var (next, isAccepted, ask) = Step(model, random, i);
            if (!isAccepted)
            {
                continue;
            }

            await ask(store);
            model = next;
            history.Add((folder.StepCount, model));
        }

        return history;
    }

    private static (StoreModel Next, bool IsAccepted, Func<IResourceStore, Task> Ask) Step(StoreModel model, Random random, int i) =>
        model.Step(i == 0 ? 0 : random.Next(8), random.Next(15), new string('x', random.Next(10) == 0 ? 200_000 : random.Next(900)));
}
