using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshPassthrough;

/// <summary>Rules of MeshPassthroughs (contract §2.6).</summary>
internal static class MeshPassthroughValidator
{
    private static readonly string[] _protocols = ["tcp", "tls", "grpc", "http", "http2", "mysql"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshPassthroughSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        var matches = spec.Default?.AppendMatch ?? [];
        path = path.Field("default").Field("appendMatch");
        var protocols = new Dictionary<int, string>();
        var seen = new HashSet<(int, string, string)>();
        for (var i = 0; i < matches.Count; i++)
        {
            var field = path.Index(i);
            CheckPort(matches[i], field.Field("port"));
            CheckSharedPort(matches[i], protocols, field.Field("port"));
            CheckAllPorts(matches, i, field.Field("port"));
            if (matches[i] is { Port: { } port, Value: { } value } match && !seen.Add((port, ProtocolOf(match), value)))
            {
                field.Field("value").Add($"value {value} is already defiend for this port and protocol");
            }

            field.Field("protocol").OneOf(ProtocolOf(matches[i]), "protocol", _protocols);
            CheckValue(matches[i], field);
        }
    }

    private static string ProtocolOf(PassthroughMatch match) => match.Protocol ?? "tcp";

    private static bool IsHttp(PassthroughMatch match) => ProtocolOf(match) is "http" or "http2" or "grpc";

    private static void CheckPort(PassthroughMatch match, FieldPath path)
    {
        if (match is { Protocol: "mysql", Port: null })
        {
            path.Add("port must be defined for Mysql protocol");
        }

        if (match.Port is { } port)
        {
            path.Port(port);
        }
    }

    /// <summary>The kinds of HTTP look alike to a listener: on one port no other protocol may stand before one of them.</summary>
    private static void CheckSharedPort(PassthroughMatch match, Dictionary<int, string> protocols, FieldPath path)
    {
        if (match.Port is not { } port)
        {
            return;
        }

        if (IsHttp(match) && protocols.TryGetValue(port, out var other) && other != ProtocolOf(match))
        {
            path.Add(
                "using the same port in multiple matches requires the same protocol for the following protocols: [grpc http http2]");
        }
        else
        {
            protocols[port] = ProtocolOf(match);
        }
    }

    /// <summary>A kind of HTTP without a port stands on every port of its destination: no other kind may go there.</summary>
    private static void CheckAllPorts(IReadOnlyList<PassthroughMatch> matches, int index, FieldPath path)
    {
        var match = matches[index];
        if (match.Port is not null || !IsHttp(match))
        {
            return;
        }

        var other = matches.Where(m => IsHttp(m) && m.Type == match.Type && (m.Type == PassthroughMatch.Domain || m.Value == match.Value))
            .Select(ProtocolOf).Where(protocol => protocol != ProtocolOf(match)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (other is not null)
        {
            path.Add(
                $"protocol {ProtocolOf(match)} without a port cannot be combined with protocol {other} on the same destination; " +
                "[grpc http http2] cannot share a port");
        }
    }

    private static void CheckValue(PassthroughMatch match, FieldPath path)
    {
        var value = match.Value ?? "";
        switch (match.Type)
        {
            case PassthroughMatch.Cidr:
                if (!HostNames.IsRange(value))
                {
                    path.Field("value").Add("provided CIDR has incorrect value");
                }

                break;
            case PassthroughMatch.Ip:
                if (!HostNames.IsAddress(value))
                {
                    path.Field("value").Add("provided IP has incorrect value");
                }

                break;
            case PassthroughMatch.Domain:
                CheckDomain(match, value, path);
                break;
            default:
                path.Field("type").Add($"provided type {match.Type} is not supported, one of Domain, IP, or CIDR is supported");
                break;
        }
    }

    private static void CheckDomain(PassthroughMatch match, string value, FieldPath path)
    {
        if (ProtocolOf(match) is "tcp" or "mysql")
        {
            path.Field("protocol").Add($"protocol {ProtocolOf(match)} is not supported for a domain");
        }

        var isWildcard = value.StartsWith('*');
        if (isWildcard && value.Length > 1 && value[1] != '.')
        {
            path.Field("value").Add("provided DNS has incorrect value, partial wildcard is currently not supported");
            return;
        }

        if (isWildcard && match.Port is null && IsHttp(match))
        {
            path.Field("port").Add("wildcard domains doesn't work for all ports and layer 7 protocol");
        }

        var name = isWildcard && value.Length > 2 ? value[2..] : value;
        if (name != "*" && !HostNames.IsDnsName(name))
        {
            path.Field("value").Add("provided DNS has incorrect value");
        }
    }
}
