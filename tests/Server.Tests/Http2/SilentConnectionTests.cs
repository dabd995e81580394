using System.Net.Sockets;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Http2;

/// <summary>What connections cost that say nothing. Runs alone: the memory of the process is everybody's.</summary>
[Collection(nameof(SilentConnectionTests))]
[CollectionDefinition(nameof(SilentConnectionTests), DisableParallelization = true)]
public sealed class SilentConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_ThatSayNothing_CostLittleAndNobodyElse(bool tls)
    {
        // Both ends of each are files of this process.
        const int Silent = 3_000;
        const int MostBytesEach = 12 * 1024;
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        using (var first = await Http2Client.CallAsync(server.Address))
        {
            await first.SettleAsync();
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var silent = new List<Socket>();
        for (var i = 0; i < Silent; i++)
        {
            silent.Add(await SlowClientTests.ConnectAsync(server));
        }

        using var client = await Http2Client.CallAsync(server.Address);
        await client.SettleAsync();
        // Both ends, their objects for the system's events, and no buffer. What earlier tests left may be collected meanwhile.
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Silent, long.MinValue, MostBytesEach);
        silent.ForEach(socket => socket.Dispose());
        client.Dispose();
        await server.UntilNothingIsBufferedAsync();
    }
}
