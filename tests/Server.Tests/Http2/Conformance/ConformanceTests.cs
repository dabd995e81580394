using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>Each rule of the standards that a client can break or make use of, on a new connection and on one that is in use.</summary>
public sealed class ConformanceTests(ConformanceServers servers) : IClassFixture<ConformanceServers>
{
    private const byte LastPing = 0x77;
    private const int FreeBehind = 100;

    public static TheoryData<string> Names => [.. ConformanceCase.All.Select(rule => rule.Name)];

    /// <summary>One of each section, to see that TLS changes nothing.</summary>
    public static TheoryData<string> SomeNames => [.. ConformanceCase.All.DistinctBy(rule => (rule.Section, rule.Reaction)).Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rule_OnANewConnection_IsKept(string name)
    {
        var rule = Find(name);
        using var client = await Http2Client.ConnectAsync(servers.Plain.Address);
        await client.SendAsync([FrameHeader.Preface.ToArray(), SentFrames.SettingsOf(), .. rule.Sent(1), .. Behind()]);
        await ExpectAsync(client, rule, 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rule_OnAConnectionInUse_IsKept(string name)
    {
        var rule = Find(name);
        using var client = await Http2Client.CallAsync(servers.Plain.Address);
        await client.SendAsync([.. rule.Sent(3), .. Behind()]);
        await ExpectAsync(client, rule, 3);
    }

    [Theory]
    [MemberData(nameof(SomeNames))]
    public async Task Rule_ByteByByte_IsKept(string name)
    {
        var rule = Find(name);
        var bytes = rule.Sent(1).SelectMany(frame => frame).ToArray();
        using var client = await Http2Client.ConnectAsync(servers.Plain.Address);
        await client.SendSlowlyAsync([.. FrameHeader.Preface, .. SentFrames.SettingsOf()]);
        // Of what is long the end will do.
        var fast = Math.Max(0, bytes.Length - 500);
        await client.TrySendAsync(bytes[..fast]);
        foreach (var octet in bytes[fast..])
        {
            await client.TrySendAsync([octet]);
        }

        await client.TrySendAsync(Behind());
        await ExpectAsync(client, rule, 1);
    }

    [Theory]
    [MemberData(nameof(SomeNames))]
    public async Task Rule_BehindTls_IsKept(string name)
    {
        var rule = Find(name);
        using var client = await Http2Client.CallAsync(servers.Tls.Address);
        await client.SendAsync([.. rule.Sent(3), .. Behind()]);
        await ExpectAsync(client, rule, 3);
    }

    /// <summary>A call and a ping, to see whether the connection goes on.</summary>
    private static byte[][] Behind() => [SentFrames.Call(1 + FreeBehind), SentFrames.Ping(LastPing)];

    private static ConformanceCase Find(string name) => ConformanceCase.All.Single(rule => rule.Name == name);

    private static async Task ExpectAsync(Http2Client client, ConformanceCase rule, int stream)
    {
        var last = await client.ReadUntilAsync(frame => frame.Type == FrameType.GoAway || (frame.Type == FrameType.Ping && frame.Payload[^1] == LastPing));
        var resets = client.Seen.Where(frame => frame.Type == FrameType.ResetStream && frame.Error != Http2Error.None).ToList();
        var reaction = rule.Reaction == Reaction.Either ? (last.Type == FrameType.GoAway ? Reaction.GoAway : Reaction.Reset) : rule.Reaction;
        if (reaction == Reaction.GoAway)
        {
            Assert.Equal(rule.Error, last.Error);
            await client.ReadToEndAsync();
            Assert.Same(last, client.Seen[^1]);
            return;
        }

        Assert.Equal(FrameType.Ping, last.Type);
        Assert.Equal(reaction == Reaction.None ? [] : [(stream, rule.Error)], resets.Select(frame => (frame.StreamId, frame.Error!.Value)));
    }
}
