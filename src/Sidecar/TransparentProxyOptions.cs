using System.Text.Json.Nodes;

namespace Mesh.Sidecar;

/// <summary>How the machine redirects traffic to Envoy. Sent to the control plane, which builds listeners for it.</summary>
public sealed record TransparentProxyOptions
{
    /// <summary><c>dualstack</c>, <c>ipv4</c> or <c>ipv6</c>. Default <c>dualstack</c>.</summary>
    public string IpFamilyMode { get; init; } = "dualstack";

    /// <summary>Whether incoming traffic is redirected. Default true.</summary>
    public bool InboundEnabled { get; init; } = true;

    /// <summary>Port to which incoming traffic is redirected. Default 15006.</summary>
    public ushort InboundPort { get; init; } = 15006;

    /// <summary>Whether outgoing traffic is redirected. Default true.</summary>
    public bool OutboundEnabled { get; init; } = true;

    /// <summary>Port to which outgoing traffic is redirected. Default 15001.</summary>
    public ushort OutboundPort { get; init; } = 15001;

    /// <summary>Whether DNS questions are redirected. Default true.</summary>
    public bool DnsEnabled { get; init; } = true;

    /// <summary>Port to which DNS questions are redirected. Null: the sidecar's DNS port.</summary>
    public ushort? DnsPort { get; init; }

    /// <summary>Networks of virtual machines and containers whose traffic is redirected too, as <c>INTERFACE:CIDR</c>.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    internal JsonObject ToJson(ushort dnsPort) => new()
    {
        ["ipFamilyMode"] = IpFamilyMode,
        ["redirect"] = new JsonObject
        {
            ["inbound"] = new JsonObject { ["enabled"] = InboundEnabled, ["port"] = InboundPort },
            ["outbound"] = new JsonObject { ["enabled"] = OutboundEnabled, ["port"] = OutboundPort },
            ["dns"] = new JsonObject { ["enabled"] = DnsEnabled, ["port"] = DnsPort ?? dnsPort },
            ["vnet"] = new JsonObject { ["networks"] = new JsonArray([.. Networks.Select(network => JsonValue.Create(network))]) },
        },
    };
}
