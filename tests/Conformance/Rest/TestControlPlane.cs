using System.Text.Json.Nodes;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Conformance.Rest;

/// <summary>Control planes in this process, on free ports of the loopback address.</summary>
internal static class TestControlPlane
{
    private static readonly Dictionary<string, string> _anyPort = new()
    {
        ["store.type"] = "memory",
        ["apiServer.http.interface"] = "127.0.0.1",
        ["apiServer.http.port"] = "0",
        ["apiServer.https.enabled"] = "false",
        ["dpServer.interface"] = "127.0.0.1",
        ["dpServer.port"] = "0",
        ["multizone.global.kds.interface"] = "127.0.0.1",
        ["multizone.global.kds.grpcPort"] = "0",
        ["diagnostics.interface"] = "127.0.0.1",
        ["diagnostics.serverPort"] = "0",
    };

    /// <summary>Variables of a control plane that creates nothing by itself.</summary>
    /// <param name="mode"><c>zone</c> or <c>global</c>.</param>
    public static IReadOnlyDictionary<string, string> Empty(string mode = "zone") => new Dictionary<string, string>
    {
        ["KUMA_MODE"] = mode,
        ["KUMA_DEFAULTS_SKIP_MESH_CREATION"] = "true",
        ["KUMA_DEFAULTS_SKIP_HOSTNAME_GENERATORS"] = "true",
        ["MESH_DEFAULTS_SKIP_TENANT_RESOURCES"] = "true",
    };

    public static Task<ControlPlane> StartAsync(IReadOnlyDictionary<string, string> environment) => ControlPlane.StartAsync(
        SettingsLoader.Load(new SettingsSources { Environment = environment, Flags = _anyPort }).Settings,
        NullLoggerFactory.Instance,
        TimeProvider.System,
        TestContext.Current.CancellationToken);

    public static HttpClient Connect(ControlPlane controlPlane) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = controlPlane.Addresses.Http };

    public static async Task<(int Status, JsonNode? Answer)> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return ((int)response.StatusCode, RestAnswer.Parse(text));
        }
    }
}
