using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Sidecar;

/// <summary>Reads the configuration with which the machine's redirection was set up; what it does not say keeps its default.</summary>
public static class TransparentProxyConfig
{
    /// <summary>Reads <c>{ipFamilyMode, redirect: {inbound, outbound, dns: {enabled, port}, vnet: {networks}}}</c>.</summary>
    /// <exception cref="SidecarException">It is no such YAML.</exception>
    public static TransparentProxyOptions Parse(string yaml)
    {
        try
        {
            var root = YamlTree.ReadAll(yaml) is [JsonObject tree] ? tree : [];
            var redirect = Child(root, "redirect");
            var defaults = new TransparentProxyOptions();
            return defaults with
            {
                IpFamilyMode = Text(root, "ipFamilyMode") is { Length: > 0 } mode ? mode : defaults.IpFamilyMode,
                InboundEnabled = Switch(Child(redirect, "inbound"), defaults.InboundEnabled),
                InboundPort = Port(Child(redirect, "inbound")) ?? defaults.InboundPort,
                OutboundEnabled = Switch(Child(redirect, "outbound"), defaults.OutboundEnabled),
                OutboundPort = Port(Child(redirect, "outbound")) ?? defaults.OutboundPort,
                DnsEnabled = Switch(Child(redirect, "dns"), defaults.DnsEnabled),
                DnsPort = Port(Child(redirect, "dns")),
                Networks = Child(Child(redirect, "vnet"), "networks") is JsonArray networks
                    ? [.. networks.OfType<JsonValue>().Select(network => network.ToString())]
                    : [],
            };
        }
        catch (YamlFormatException e)
        {
            throw new SidecarException(SidecarException.BadInput, $"the transparent proxy configuration is no YAML: {e.Message}", e);
        }
    }

    private static bool Switch(JsonNode? node, bool fallback) => Text(node, "enabled") switch
    {
        "" => fallback,
        "true" => true,
        "false" => false,
        var other => throw Bad($"\"enabled: {other}\" is neither true nor false"),
    };

    private static ushort? Port(JsonNode? node)
    {
        var text = Text(node, "port");
        return text.Length == 0 ? null
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port
            : throw Bad($"\"port: {text}\" is no port");
    }

    private static string Text(JsonNode? node, string key) => Child(node, key) is JsonValue value ? value.ToString() : "";

    private static JsonNode? Child(JsonNode? node, string key) => node is JsonObject tree ? tree[key] : null;

    private static SidecarException Bad(string what) => new(SidecarException.BadInput, $"the transparent proxy configuration cannot be used: {what}");
}
