using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.DataPlane;

/// <summary><c>general.tlsMinVersion</c> and <c>.tlsMaxVersion</c> hold on every port of a control plane, whoever carries it.</summary>
public sealed class TlsVersionTests
{
    [Theory]
    [InlineData(XdsServerSettings.OnSockets)]
    [InlineData(XdsServerSettings.OnKestrel)]
    public async Task Ports_WithVersionsSet_SpeakNoOther(string transport)
    {
        var cancel = TestContext.Current.CancellationToken;
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["general.tlsMinVersion"] = GeneralSettings.Tls13,
            ["xdsServer.transport"] = transport,
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.interface"] = "127.0.0.1",
            ["apiServer.https.port"] = "0",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        await using var controlPlane = await ControlPlane.StartAsync(settings, NullLoggerFactory.Instance, TimeProvider.System, cancel);
        foreach (var port in new[] { controlPlane.Addresses.Https!, controlPlane.Addresses.DataPlane })
        {
            Assert.Equal(SslProtocols.Tls13, await SpeakAsync(port, SslProtocols.Tls12 | SslProtocols.Tls13));
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => SpeakAsync(port, SslProtocols.Tls12));
            Assert.True(refused is AuthenticationException or IOException, refused.ToString());
        }
    }

    private static async Task<SslProtocols> SpeakAsync(Uri port, SslProtocols versions)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(port.Host, port.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = versions,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return tls.SslProtocol;
    }
}
