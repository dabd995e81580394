using System.Globalization;
using Mesh.Model.Resources;
using Mesh.Stores.Embedded;
using Mesh.Testing.Resources;

namespace Mesh.StoreWriter;

/// <summary>
/// One of several writers. Says <c>W writer number</c> for an acknowledged update, <c>C writer number</c> for an owner
/// with all its parts, <c>D writer number</c> for their deletion.
/// </summary>
internal sealed class Writer(EmbeddedStore store, StreamWriter output, int writer)
{
    public async Task WriteForEverAsync()
    {
        var counter = await store.GetAsync(new ResourceKey("Thing", "default", $"counter-{writer}"))
            ?? await store.CreateAsync(TestKinds.New(TestKinds.Thing, $"counter-{writer}"));
        while (true)
        {
            var number = counter.SpecAs<TestSpec>().Number + 1;
            counter = await store.UpdateAsync(counter with { Spec = new TestSpec { Number = number, Text = new string('x', number % 500) } });
            Say("W", number);
            if (number % 7 == writer)
            {
                await ReplacePartsAsync(number);
            }
        }
    }

    private async Task ReplacePartsAsync(int number)
    {
        var owner = new ResourceKey("Thing", "default", $"owner-{writer}");
        if (await store.GetAsync(owner) is not null)
        {
            await store.DeleteAsync(owner);
            Say("D", number);
        }

        await store.CreateAsync(TestKinds.New(TestKinds.Thing, owner.Name));
        for (var i = 0; i < 3; i++)
        {
            await store.CreateAsync(TestKinds.New(TestKinds.Part, $"part-{writer}-{number}-{i}", owner: owner));
        }

        Say("C", number);
    }

    private void Say(string what, int number)
    {
        lock (output)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {writer} {number}"));
        }
    }
}
