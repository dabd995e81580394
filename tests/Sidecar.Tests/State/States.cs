using System.Text;
using Mesh.Protocol.Relay;
using Mesh.Sidecar.State;

namespace Mesh.Sidecar.Tests.State;

/// <summary>States for tests.</summary>
internal static class States
{
    public static HeldConfiguration Configuration(params string[] versions) => new(new()
    {
        ["type"] = versions.Select((version, i) => new HeldResource($"r{i}", version, Encoding.UTF8.GetBytes($"body {version}")))
            .ToDictionary(resource => resource.Name),
    });

    public static ProxyState New(string identity = "me", string request = "request", HeldConfiguration? configuration = null) => new()
    {
        Identity = identity,
        Request = request,
        SavedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
        WorkDir = "/run/mesh",
        DnsPort = 15053,
        ReadinessPort = 9902,
        Bootstrap = "node: {}\n",
        Configuration = configuration ?? Configuration("v1", "v2"),
    };

    public static string Describe(ProxyState state) => string.Join(
        '|',
        state.Identity, state.Request, state.SavedAt.ToUnixTimeMilliseconds(), state.WorkDir, state.DnsPort, state.ReadinessPort, state.Bootstrap,
        string.Join(',', state.Configuration.Types.SelectMany(type => state.Configuration.Of(type).Values
            .Select(r => $"{type}/{r.Name}={r.Version}:{Encoding.UTF8.GetString(r.Encoded.Span)}"))));
}
