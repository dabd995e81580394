using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

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
            var stream = new YamlStream();
            stream.Load(new StringReader(bootstrap));
            var address = stream.Documents is [{ RootNode: { } root }] ? Child(Child(root, "admin"), "address") : null;
            if (Child(Child(address, "pipe"), "path") is YamlScalarNode { Value: { Length: > 0 } path })
            {
                return new AdminEndpoint(path, "", 0);
            }

            var socket = Child(address, "socketAddress") ?? Child(address, "socket_address");
            return Child(socket, "address") is YamlScalarNode { Value: { } host }
                && (Child(socket, "portValue") ?? Child(socket, "port_value")) is YamlScalarNode { Value: { } port }
                && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new AdminEndpoint("", host, number)
                : null;
        }
        catch (YamlException e)
        {
            throw new SidecarException(SidecarException.Failed, $"the control plane's bootstrap is no YAML: {e.Message}", e);
        }
    }

    private static YamlNode? Child(YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
