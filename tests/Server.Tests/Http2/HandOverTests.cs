using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>Connections whose first call is not a proxy's are Kestrel's, which must not notice that it got them second-hand.</summary>
public sealed class HandOverTests
{
    private const string Node = "default.proxy";

    [Theory]
    [InlineData(true, "1.1", true)]
    [InlineData(true, "1.1", false)]
    [InlineData(true, "2.0", true)]
    [InlineData(true, "2.0", false)]
    [InlineData(false, "2.0", false)]
    public async Task Request_OfAnHttpClient_IsAnswered(bool tls, string version, bool usesOpenSsl)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls, usesOpenSsl: usesOpenSsl);
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { DefaultRequestVersion = Version.Parse(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        for (var i = 0; i < 2; i++)
        {
            var who = (await client.GetStringAsync(new Uri(server.Address, AdsServer.WhoPath))).Split(' ');
            Assert.Equal(tls ? "https" : "http", who[0]);
            Assert.StartsWith("HTTP/" + version[0], who[1], StringComparison.Ordinal);
            Assert.Equal((IPAddress.Loopback.ToString(), server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), (who[2], who[4]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_OverHttp2WithoutAlpn_IsAnswered(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf(), Headers(1, Who(tls), EndHeaders | EndStream));
        await ExpectAnswerAsync(client, server, 1, tls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ByteByByte_IsAnswered(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls, usesOpenSsl: false);
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendSlowlyAsync([.. FrameHeader.Preface, .. SettingsOf((4, 70_000)), .. Ping(5), .. Headers(1, Who(tls)[..9], EndStream), .. Continuation(1, Who(tls)[9..])]);
        await ExpectAnswerAsync(client, server, 1, tls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_ThatWaitsForTheServersSettings_IsServedWhateverItCalls(bool callsProxyService)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf());
        Assert.Equal(FrameType.Settings, (await client.ReadAsync())!.Type);
        await client.SendAsync(SettingsAck());
        if (callsProxyService)
        {
            await client.SendAsync(Call(1), Requests.First(1, Node));
            await client.ReadUntilAsync(frame => frame.Type == FrameType.Data);
        }
        else
        {
            await client.SendAsync(Headers(1, Who(tls: false), EndHeaders | EndStream));
            await ExpectAnswerAsync(client, server, 1, tls: false);
        }

        // Its settings are acknowledged once.
        await client.SettleAsync();
        Assert.Single(client.Seen, frame => frame.Type == FrameType.Settings && frame.IsAck);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_BehindAnotherRequest_IsServedOnTheSameConnection(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf(), Headers(1, Who(tls), EndHeaders | EndStream));
        await ExpectAnswerAsync(client, server, 1, tls);
        await client.SendAsync(Headers(3, HeaderText.Call(tls)), Requests.First(3, Node));
        await client.ReadUntilAsync(frame => frame is { Type: FrameType.Data, StreamId: 3 });
        Assert.Equal(tls, server.LastCredentials!.IsEncrypted);
        Assert.Equal(((IPEndPoint)client.Socket.LocalEndPoint!).Port, server.LastCredentials.Peer!.Port);
    }

    [Fact]
    public async Task Request_BehindAStream_IsSentToAnotherConnectionAndTheStreamGoesOn()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync(Headers(3, Who(tls: false), EndHeaders | EndStream));
        var answer = await client.ReadUntilAsync(frame => frame.StreamId == 3);
        Assert.Equal(("421", true), (Trailers.Of(answer)[":status"], answer.EndsStream));
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        await client.SendAsync(Requests.First(1, Node));
        await client.ReadUntilAsync(frame => frame is { Type: FrameType.Data, StreamId: 1 });
    }

    [Theory]
    [InlineData("GET", "application/grpc", "405")]
    [InlineData("POST", "application/json", "415")]
    public async Task Request_OfAProxyServiceThatIsNoCall_IsRefused(string method, string contentType, string status)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.ConnectAsync(server.Address);
        var head = HeaderText.Block((":method", method), (":scheme", "http"), (":path", HeaderText.Delta), ("content-type", contentType));
        await client.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf(), Headers(1, head, EndHeaders | EndStream));
        var answer = await client.ReadUntilAsync(frame => frame.Type == FrameType.Headers);
        Assert.Equal((status, true), (Trailers.Of(answer)[":status"], answer.EndsStream));
        await client.SettleAsync();
    }

    [Fact]
    public async Task Preface_ThatIsNone_EndsTheConnection()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        await socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"u8.ToArray());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[1000];
        while (await socket.ReceiveAsync(buffer, deadline.Token) > 0)
        {
            // Kestrel may say why.
        }
    }

    [Fact]
    public async Task Preface_WithoutSettings_EndsTheConnection()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendAsync(FrameHeader.Preface.ToArray(), Call(1));
        Assert.Equal(Http2Error.Protocol, (await client.ReadToEndAsync())[^1].Error);
    }

    private static byte[] Who(bool tls) => HeaderText.Get(tls, AdsServer.WhoPath);

    private static async Task ExpectAnswerAsync(Http2Client client, AdsServer server, int stream, bool tls)
    {
        var head = await client.ReadUntilAsync(frame => frame.Type == FrameType.Headers && frame.StreamId == stream);
        Assert.Equal("200", Trailers.Of(head)[":status"]);
        var body = new StringBuilder();
        ReceivedFrame frame;
        do
        {
            frame = await client.ReadUntilAsync(frame => frame.StreamId == stream);
            body.Append(Encoding.UTF8.GetString(frame.Payload));
        }
        while (!frame.EndsStream);
        var port = ((IPEndPoint)client.Socket.LocalEndPoint!).Port;
        Assert.Equal($"{(tls ? "https" : "http")} HTTP/2 127.0.0.1 {port} {server.Address.Port}", body.ToString());
    }
}
