using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Sidecar.Envoys;

/// <summary>Where an Envoy's admin endpoint listens: a Unix socket or a TCP port.</summary>
/// <param name="SocketPath">Socket; empty: TCP.</param>
/// <param name="Address">IP address, for TCP.</param>
/// <param name="Port">Port, for TCP.</param>
internal sealed record AdminEndpoint(string SocketPath, string Address, int Port)
{
    /// <summary>Reads the endpoint from a bootstrap; null where it has none.</summary>
    /// <exception cref="SidecarException">The bootstrap is no YAML.</exception>
    public static AdminEndpoint? FromBootstrap(string bootstrap)
    {
        try
        {
            var address = YamlTree.ReadAll(bootstrap) is [{ } root] ? Child(Child(root, "admin"), "address") : null;
            if (Text(Child(address, "pipe"), "path") is { Length: > 0 } path)
            {
                return new AdminEndpoint(path, "", 0);
            }

            var socket = Child(address, "socketAddress") ?? Child(address, "socket_address");
            var port = Text(socket, "portValue") ?? Text(socket, "port_value");
            return Text(socket, "address") is { } host && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new AdminEndpoint("", host, number)
                : null;
        }
        catch (YamlFormatException e)
        {
            throw new SidecarException(SidecarException.Failed, $"the control plane's bootstrap is no YAML: {e.Message}", e);
        }
    }

    private static JsonNode? Child(JsonNode? node, string key) => node is JsonObject tree ? tree[key] : null;

    private static string? Text(JsonNode? node, string key) => Child(node, key) is JsonValue value ? value.ToString() : null;
}
