using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Ingest;

/// <summary>Reads <see cref="ProxyMetadata"/> from the metadata of an Envoy node. Unknown and misshapen fields count as absent.</summary>
public static class ProxyMetadataReader
{
    private const int MaxFeatures = 64;
    private const string DefaultAdminAddress = "127.0.0.1";

    /// <summary>Reads the metadata; null: the node sent none.</summary>
    public static ProxyMetadata Read(Struct? metadata)
    {
        if (metadata is null)
        {
            return new ProxyMetadata();
        }

        var address = Text(metadata, "dataplane.admin.address");
        var type = Text(metadata, "dataplane.proxyType");
        return new ProxyMetadata
        {
            AdminPort = Port(metadata, "dataplane.admin.port"),
            AdminAddress = address.Length == 0 ? DefaultAdminAddress : address,
            AdminSocketPath = Text(metadata, "dataplane.admin.socketPath"),
            ReadinessPort = Port(metadata, "dataplane.readinessReporter.port"),
            DnsPort = Port(metadata, "dataplane.dns.port"),
            WorkDirectory = Text(metadata, "workdir"),
            HasIPv6 = Flag(metadata, "ipv6Enabled"),
            Features = ReadFeatures(metadata),
            TransparentProxy = ReadTransparentProxy(metadata),
            SystemCaPath = Text(metadata, "systemCaPath"),
            SpireSocketPath = Text(metadata, "spireAgent.socketPath"),
            ProxyType = type.Length == 0 ? "dataplane" : type,
            DataplaneResource = Text(metadata, "dataplane.resource"),
        };
    }

    private static FactList<string> ReadFeatures(Struct metadata)
    {
        if (!metadata.Fields.TryGetValue("features", out var list) || list.KindCase != Value.KindOneofCase.ListValue)
        {
            return [];
        }

        return FactList.From(list.ListValue.Values
            .Where(item => item.KindCase == Value.KindOneofCase.StringValue)
            .Select(item => item.StringValue)
            .Distinct(StringComparer.Ordinal)
            .Take(MaxFeatures)
            .Order(StringComparer.Ordinal));
    }

    private static TransparentProxySettings? ReadTransparentProxy(Struct metadata)
    {
        if (Child(metadata, "transparentProxy") is not { } settings)
        {
            return null;
        }

        var redirect = Child(settings, "redirect");
        var mode = Text(settings, "ipFamilyMode");
        return new TransparentProxySettings(
            RedirectPort(redirect, "inbound", TransparentProxySettings.DefaultInboundPort),
            RedirectPort(redirect, "outbound", TransparentProxySettings.DefaultOutboundPort),
            ParseFamilies(mode));
    }

    /// <summary>Reads an IP family mode by name, in any case; unknown names mean both families.</summary>
    internal static IpFamilyMode ParseFamilies(string? mode) => mode?.ToLowerInvariant() switch
    {
        "ipv4" => IpFamilyMode.IPv4,
        "ipv6" => IpFamilyMode.IPv6,
        _ => IpFamilyMode.DualStack,
    };

    private static uint RedirectPort(Struct? redirect, string direction, uint fallback)
    {
        if (redirect is null || Child(redirect, direction) is not { } settings || !Flag(settings, "enabled"))
        {
            return 0;
        }

        var port = Port(settings, "port");
        return port == 0 ? fallback : port;
    }

    private static Struct? Child(Struct parent, string name) =>
        parent.Fields.TryGetValue(name, out var value) && value.KindCase == Value.KindOneofCase.StructValue ? value.StructValue : null;

    private static string Text(Struct parent, string name) =>
        parent.Fields.TryGetValue(name, out var value) && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : "";

    private static bool Flag(Struct parent, string name) =>
        parent.Fields.TryGetValue(name, out var value) && value.KindCase switch
        {
            Value.KindOneofCase.BoolValue => value.BoolValue,
            Value.KindOneofCase.StringValue => string.Equals(value.StringValue, "true", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    private static uint Port(Struct parent, string name)
    {
        if (!parent.Fields.TryGetValue(name, out var value))
        {
            return 0;
        }

        return value.KindCase switch
        {
            Value.KindOneofCase.NumberValue when value.NumberValue is > 0 and <= ushort.MaxValue => (uint)value.NumberValue,
            Value.KindOneofCase.StringValue when ushort.TryParse(
                value.StringValue, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => port,
            _ => 0,
        };
    }
}
