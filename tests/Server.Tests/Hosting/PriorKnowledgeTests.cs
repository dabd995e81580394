using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Hosting;

/// <summary>TLS connections whose client does not say what it speaks.</summary>
public sealed class PriorKnowledgeTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HT")]
    public async Task Connection_ThatSaysTooLittle_IsLetGo(string said)
    {
        await using var host = await StartAsync();
        using var client = new TcpClient();
        await using var tls = await ConnectAsync(client, host.Addresses[0]);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(said), TestContext.Current.CancellationToken);

        var end = EndAsync(tls);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!end.IsCompleted)
        {
            _clock.Advance(PriorKnowledge.Patience);
            await Task.WhenAny(end, Task.Delay(5, patience.Token));
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.True(await end);
    }

    [Fact]
    public async Task Connection_ThatHasSpoken_IsNoLongerTimed()
    {
        await using var host = await StartAsync();
        using var client = new TcpClient();
        await using var tls = await ConnectAsync(client, host.Addresses[0]);
        Assert.Equal("HTTP/1.1", await AskAsync(tls));

        _clock.Advance(2 * PriorKnowledge.Patience);

        Assert.Equal("HTTP/1.1", await AskAsync(tls));
    }

    private Task<HttpHost> StartAsync()
    {
        var settings = SettingsLoader.Load(new SettingsSources { Flags = new Dictionary<string, string> { ["store.type"] = "memory" } }).Settings;
        return HttpHost.StartAsync(
            [new ListenOn("test", "127.0.0.1", 0, new ServerCertificates(settings, TimeProvider.System).Get("test", "", ""))],
            NullLoggerFactory.Instance,
            _ => { },
            services => services.AddSingleton<TimeProvider>(_clock),
            application => application.Run(http => http.Response.WriteAsync(http.Request.Protocol)),
            TestContext.Current.CancellationToken);
    }

    private static async Task<SslStream> ConnectAsync(TcpClient client, Uri address)
    {
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }

    /// <summary>The body of an answer of eight bytes.</summary>
    private static async Task<string> AskAsync(SslStream tls)
    {
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var answer = new StringBuilder();
        var buffer = new byte[1024];
        while (!answer.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await tls.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return answer.ToString().Split("\r\n")[^4];
    }

    /// <summary>True once the server has let go.</summary>
    private static async Task<bool> EndAsync(SslStream tls)
    {
        try
        {
            return await tls.ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
