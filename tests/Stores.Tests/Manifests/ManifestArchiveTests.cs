using Mesh.Engine.Persistence;
using Mesh.Stores.Manifests;
using Mesh.Stores.Tests.Embedded;
using Mesh.StoreWriter;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Stores.Tests.Manifests;

/// <summary>What proxies were given survives restarts; what cannot be read is set aside and never prevents a start.</summary>
public sealed class ManifestArchiveTests
{
    private static readonly Guid _store = Guid.Parse("6f1c9c1e-6a55-4a0b-9d0e-0d3a5a3d7c11");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly ListLogger _logger = new();

    [Fact]
    public async Task Open_AfterWriting_FindsTheNewest()
    {
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            archive.Write([Of("a", 1), Of("b", 1)], NobodyIsGiven);
            archive.Write([Of("a", 2)], NobodyIsGiven);
        }

        await using var again = Open(folder);
        Assert.Equal(Of("a", 2).Value, again.Find("a"));
        Assert.Equal(Of("b", 1).Value, again.Find("b"));
        Assert.Null(again.Find("c"));
        Assert.DoesNotContain(_logger.Records, record => record.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Open_AfterWritingMany_FindsAll()
    {
        var folder = new SimulatedFolder();
        var many = Enumerable.Range(0, 1000).Select(i => Of($"proxy-{i}", i)).ToList();
        await using (var archive = Open(folder))
        {
            archive.Write(many, NobodyIsGiven);
        }

        await using var again = Open(folder);
        Assert.Equal(many.Count, again.Count);
        Assert.All(many, pair => Assert.Equal(pair.Value, again.Find(pair.Key)));
    }

    [Theory]
    [InlineData(nameof(SimulatedFolder.Unflushed.All))]
    [InlineData(nameof(SimulatedFolder.Unflushed.None))]
    [InlineData(nameof(SimulatedFolder.Unflushed.Some))]
    public async Task PowerCut_AfterAnyStep_KeepsWhatWasWritten(string unflushed)
    {
        var survives = Enum.Parse<SimulatedFolder.Unflushed>(unflushed);
        var random = new Random(5);
        var folder = new SimulatedFolder();
        var history = new List<(int Steps, int Written)>();
        await using (var archive = Open(folder))
        {
            history.Add((folder.StepCount, 0));
            for (var i = 1; i <= 30; i++)
            {
                archive.Write(Batch(i), NobodyIsGiven);
                history.Add((folder.StepCount, i));
            }

            Assert.True(archive.Generation > 1, "no power cut met a rewriting");
        }

        for (var steps = 0; steps <= folder.StepCount; steps++)
        {
            var written = history.LastOrDefault(entry => entry.Steps <= steps).Written;
            var disk = new SimulatedFolder(folder.AfterPowerCut(steps, survives, random));
            await using var archive = Open(disk);
            AssertHolds(archive, written, $"after {steps} steps");
            archive.Write([Of("after", 1)], NobodyIsGiven);
            await archive.DisposeAsync();
            await using var again = Open(disk);
            Assert.NotNull(again.Find("after"));
        }

        Assert.DoesNotContain(_logger.Records, record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task PowerCutOrFault_InAnyStepOfTheOpeningAfterAPowerCut_KeepsWhatIsThere()
    {
        var random = new Random(9);
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            for (var i = 1; i <= 30; i++)
            {
                archive.Write(Batch(i), NobodyIsGiven);
            }
        }

        var (cuts, faults) = (0, 0);
        for (var steps = 1; steps <= folder.StepCount; steps += 2)
        {
            var content = folder.AfterPowerCut(steps, SimulatedFolder.Unflushed.Some, random);
            var disk = new SimulatedFolder(content);
            SnapshotManifest? found;
            await using (var archive = Open(disk))
            {
                found = archive.Find("mesh.proxy-with-a-long-name-7");
            }

            for (var opening = 0; opening <= disk.StepCount; opening++)
            {
                await using var afterCut = Open(new SimulatedFolder(disk.AfterPowerCut(opening, SimulatedFolder.Unflushed.Some, random)));
                Assert.Equal(found, afterCut.Find("mesh.proxy-with-a-long-name-7"));
                cuts++;

                var failing = new SimulatedFolder(content);
                var at = opening;
                failing.Fault = (step, _, _) => step == at && at >= 0 ? Once(ref at) : null;
                try
                {
                    await Open(failing).DisposeAsync();
                }
                catch (IOException)
                {
                    faults++;
                }

                failing.Fault = (_, _, _) => null;
                await using var afterFault = Open(failing);
                Assert.Equal(found, afterFault.Find("mesh.proxy-with-a-long-name-7"));
            }
        }

        Assert.True(cuts > 50 && faults > 20, $"{cuts} power cuts, {faults} faults");
        Assert.DoesNotContain(_logger.Records, record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Fault_InAnyStep_FailsTheWriteAndIsOvercome()
    {
        var clean = new SimulatedFolder();
        var first = 0;
        await using (var archive = Open(clean))
        {
            first = clean.StepCount;
            for (var i = 1; i <= 12; i++)
            {
                archive.Write(Batch(i), NobodyIsGiven);
            }
        }

        for (var failing = first; failing < clean.StepCount; failing++)
        {
            var folder = new SimulatedFolder();
            var at = failing;
            var archive = Open(folder);
            folder.Fault = (step, _, _) => step == at && at >= 0 ? Once(ref at) : null;
            var written = 0;
            for (var i = 1; i <= 12; i++)
            {
                try
                {
                    archive.Write(Batch(i), NobodyIsGiven);
                    written = i;
                }
                catch (IOException)
                {
                    // The recorder tries again with what is newest then.
                }
            }

            Assert.True(written >= 11, $"step {failing} failed for good");
            await archive.DisposeAsync();
            await using var again = Open(folder);
            AssertHolds(again, written, $"step {failing} failed");
        }
    }

    [Fact]
    public async Task FullDisk_UntilSpaceIsBack_RefusesWritesAndStillFinds()
    {
        var folder = new SimulatedFolder();
        await using var archive = Open(folder);
        archive.Write([Of("a", 1)], NobodyIsGiven);
        folder.Fault = (_, kind, _) => kind == SimulatedFolder.Action.Write ? new IOException("No space left on device") : null;
        Assert.Throws<IOException>(() => archive.Write([Of("a", 2)], NobodyIsGiven));
        Assert.Throws<IOException>(() => archive.Write([Of("a", 2)], NobodyIsGiven));
        Assert.Equal(Of("a", 1).Value, archive.Find("a"));
        folder.Fault = (_, _, _) => null;
        archive.Write([Of("a", 3)], NobodyIsGiven);
        Assert.Equal(Of("a", 3).Value, archive.Find("a"));
    }

    [Theory]
    [InlineData("store-000002.log")]
    [InlineData("CURRENT")]
    public async Task FullDisk_WhileItIsRewritten_LeavesTheOldLogAlone(string refused)
    {
        var folder = new SimulatedFolder();
        await using var archive = Open(folder);
        var faults = 0;
        folder.Fault = (_, kind, name) =>
        {
            if (kind is not (SimulatedFolder.Action.Write or SimulatedFolder.Action.Replace) || name != refused)
            {
                return null;
            }

            faults++;
            return new IOException("No space left on device");
        };
        for (var i = 1; i <= 12; i++)
        {
            archive.Write(Batch(i), NobodyIsGiven);
        }

        Assert.True(faults > 0, "it was not rewritten");
        Assert.Equal(["store-000001.log"], folder.List().Where(name => name.EndsWith(".log", StringComparison.Ordinal)));
        AssertHolds(archive, 12, refused);
    }

    [Fact]
    public async Task Damage_AnywhereInTheFiles_NeverPreventsAStart()
    {
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            for (var i = 1; i <= 6; i++)
            {
                archive.Write([Of("a", i), Of($"p{i}", i)], NobodyIsGiven);
            }
        }

        var random = new Random(11);
        var setAside = 0;
        foreach (var (name, bytes) in folder.Content())
        {
            for (var position = 0; position < bytes.Length; position += Math.Max(1, bytes.Length / 200))
            {
                var damaged = folder.Content();
                damaged[name] = [.. bytes];
                damaged[name][position] ^= (byte)(1 << random.Next(8));
                var disk = new SimulatedFolder(damaged);
                await using var archive = Open(disk);

                // An older one at most: it is compared with what the client says it has.
                Assert.True(archive.Find("a") is null || Enumerable.Range(1, 6).Any(i => Of("a", i).Value.Equals(archive.Find("a"))));
                setAside += disk.List().Any(file => file.EndsWith(ManifestRecovery.AsideSuffix, StringComparison.Ordinal)) ? 1 : 0;
                archive.Write([Of("after", 1)], NobodyIsGiven);
            }
        }

        Assert.True(setAside > 0, "no damage was set aside");
    }

    [Fact]
    public async Task Open_FilesOfAnotherStore_SetsThemAsideAndSaysSo()
    {
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            archive.Write([Of("a", 1)], NobodyIsGiven);
        }

        await using var other = ManifestArchive.Open(folder, Guid.NewGuid(), _clock, _logger);
        Assert.Null(other.Find("a"));
        Assert.Contains("CURRENT.damaged", folder.List());
        var said = Assert.Single(_logger.Records, record => record.Level == LogLevel.Error);
        Assert.Contains("belongs to store", said.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not started", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SetAsideInterruptedAnywhere_EndsWithAnUsableArchive()
    {
        var damaged = new SimulatedFolder();
        await using (var archive = Open(damaged))
        {
            archive.Write([Of("a", 1)], NobodyIsGiven);
        }

        var content = damaged.Content();
        content["CURRENT"] = [1, 2, 3];
        var whole = new SimulatedFolder(content);
        await Open(whole).DisposeAsync();
        for (var steps = 0; steps <= whole.StepCount; steps++)
        {
            var disk = new SimulatedFolder(whole.AfterPowerCut(steps, SimulatedFolder.Unflushed.None, new Random(1)));
            await using var archive = Open(disk);
            archive.Write([Of("b", 1)], NobodyIsGiven);
            Assert.NotNull(archive.Find("b"));
        }
    }

    [Fact]
    public async Task Rewriting_ProxiesNotSeenForLong_AreForgotten()
    {
        var folder = new SimulatedFolder();
        await using var archive = Open(folder);
        archive.Write([Of("gone", 1)], NobodyIsGiven);
        _clock.Advance(ManifestArchive.Retention + TimeSpan.FromSeconds(2));
        for (var i = 0; archive.Generation == 1; i++)
        {
            archive.Write(Batch(i), NobodyIsGiven);
        }

        Assert.Null(archive.Find("gone"));
        Assert.Single(folder.List(), name => name.EndsWith(".log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rewriting_ProxyThatIsGivenTheSameForLong_IsKept()
    {
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            archive.Write([Of("steady", 1), Of("gone", 1)], NobodyIsGiven);
            _clock.Advance(ManifestArchive.Retention + TimeSpan.FromSeconds(2));
            for (var i = 0; archive.Generation == 1; i++)
            {
                archive.Write(Batch(i), proxy => proxy == "steady");
            }

            Assert.Equal(Of("steady", 1).Value, archive.Find("steady"));
            Assert.Null(archive.Find("gone"));

            // It counts from there: when it goes away it is expected back as long as others.
            _clock.Advance(ManifestArchive.Retention - TimeSpan.FromSeconds(2));
            for (var i = 0; archive.Generation == 2; i++)
            {
                archive.Write(Batch(i), NobodyIsGiven);
            }
        }

        await using var again = Open(folder);
        Assert.Equal(Of("steady", 1).Value, again.Find("steady"));
    }

    [Fact]
    public async Task Open_WithoutTheNameOfTheLog_SetsTheLogAsideAndSaysSo()
    {
        var folder = new SimulatedFolder();
        await using (var archive = Open(folder))
        {
            archive.Write([Of("a", 1)], NobodyIsGiven);
        }

        var log = Assert.Single(folder.List(), name => name.EndsWith(".log", StringComparison.Ordinal));
        folder.Delete("CURRENT");
        await using var again = Open(folder);
        Assert.Null(again.Find("a"));
        Assert.Contains(log + ManifestRecovery.AsideSuffix, folder.List());
        var said = Assert.Single(_logger.Records, record => record.Level == LogLevel.Error);
        Assert.Contains("CURRENT", said.Message, StringComparison.Ordinal);
        again.Write([Of("b", 1)], NobodyIsGiven);
        Assert.NotNull(again.Find("b"));
    }

    [Fact]
    public async Task Content_OfTheFiles_IsNoNameAndNoVersion()
    {
        var engine = new Engine.ResourceEngine();
        var secrets = engine.Types.Register("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret");
        using var snapshot = engine.BeginSnapshot().Add(secrets, "identity-name", "PRIVATE KEY"u8).Build();
        var folder = new SimulatedFolder();
        await using var archive = Open(folder);
        archive.Write([new("proxy", SnapshotManifest.Of(snapshot, engine.Types))], NobodyIsGiven);
        foreach (var bytes in folder.Content().Values)
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf("PRIVATE"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("identity-name"u8));
        }
    }

    private static bool NobodyIsGiven(string proxyId) => false;

    private static IOException Once(ref int at)
    {
        at = -1;
        return new IOException("injected");
    }

    private static KeyValuePair<string, SnapshotManifest> Of(string proxy, int version) =>
        new(proxy, Routine.Manifest(version));

    /// <summary>A batch large enough that a dozen of them make a log worth rewriting; the number is in every manifest.</summary>
    private static List<KeyValuePair<string, SnapshotManifest>> Batch(int number) => [.. Enumerable.Range(0, 1200).Select(i => Of($"mesh.proxy-with-a-long-name-{i}", number))];

    private static void AssertHolds(ManifestArchive archive, int written, string when)
    {
        // What was acknowledged, or the batch that was under way.
        var found = archive.Find("mesh.proxy-with-a-long-name-7");
        Assert.True(
            (written == 0 && found is null) || Of("", written).Value.Equals(found) || Of("", written + 1).Value.Equals(found),
            $"{when}: batch {written} is not there");
        Assert.Equal(found, archive.Find("mesh.proxy-with-a-long-name-1199"));
    }

    private ManifestArchive Open(SimulatedFolder folder) => ManifestArchive.Open(folder, _store, _clock, _logger);

    private sealed class ListLogger : ILogger
    {
        public List<(LogLevel Level, string Message)> Records { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Records.Add((logLevel, formatter(state, exception)));
    }
}
