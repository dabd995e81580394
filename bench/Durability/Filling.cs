using System.Globalization;
using Mesh.Model.Resources;

namespace Mesh.Durability;

/// <summary>Writes services, says which prefix of them is acknowledged, and goes on until it is killed.</summary>
internal static class Filling
{
    private const int Writers = 512;
    private const int Step = 1000;

    public static async Task RunAsync(string folder, int count)
    {
        await using var store = await StoredServices.OpenAsync(folder);
        if (await store.GetAsync(new ResourceKey("Mesh", "", "default")) is null)
        {
            await store.CreateAsync(StoredServices.Mesh());
        }

        var done = 0;
        while (done < int.MaxValue - Step)
        {
            var first = done;
            var each = done < count ? Math.Min(Writers * 8, count - done) : Step;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = writer; i < each; i += Writers)
                {
                    await store.CreateAsync(StoredServices.New(first + i));
                }
            })));
            done += each;
            await Console.Out.WriteLineAsync(done.ToString(CultureInfo.InvariantCulture));
            await Console.Out.FlushAsync();
        }
    }
}
