using Mesh.Model.Resources;

namespace Mesh.Identity.Tokens;

/// <summary>A proxy that asks to be let in, as its Dataplane describes it.</summary>
/// <param name="Name">Name of the Dataplane.</param>
/// <param name="Mesh">Mesh of the Dataplane.</param>
/// <param name="Type">Type of proxy, e.g. <c>dataplane</c>.</param>
/// <param name="Labels">Labels of the Dataplane.</param>
/// <param name="IdentityNeedsWorkload">The path of the identity that selects it is made of its workload.</param>
public sealed record ProxyCredentials(
    string Name, string Mesh, string Type, IReadOnlyDictionary<string, string> Labels, bool IdentityNeedsWorkload);

/// <summary>Decides whether a valid token is one for a proxy (contract §5.4). Pure.</summary>
public static class DataplaneAuthenticator
{
    /// <summary>Checks a token against a proxy.</summary>
    /// <returns>Why it is refused, or null when it is not.</returns>
    public static string? Refuse(DataplaneToken token, ProxyCredentials proxy)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(proxy);
        if (token.Name.Length > 0 && token.Name != proxy.Name)
        {
            return $"proxy name from requestor: {proxy.Name} is different than in token: {token.Name}";
        }

        if (token.Mesh.Length > 0 && token.Mesh != proxy.Mesh)
        {
            return $"proxy mesh from requestor: {proxy.Mesh} is different than in token: {token.Mesh}";
        }

        if (token.Type.Length > 0 && token.Type != proxy.Type)
        {
            return $"proxy type from requestor: {proxy.Type} is different than in token: {token.Type}";
        }

        return RefuseTags(token, proxy) ?? RefuseWorkload(token, proxy);
    }

    private static string? RefuseTags(DataplaneToken token, ProxyCredentials proxy)
    {
        foreach (var (name, allowed) in token.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            if (!proxy.Labels.TryGetValue(name, out var value))
            {
                return $"dataplane has no tag \"{name}\" required by the token";
            }

            if (!allowed.Contains(value))
            {
                var values = string.Join(' ', allowed.Order(StringComparer.Ordinal).Select(item => $"\"{item}\""));
                return $"dataplane contains tag \"{name}\" with value \"{value}\" which is not allowed with this token. Allowed values in token are [{values}]";
            }
        }

        return null;
    }

    private static string? RefuseWorkload(DataplaneToken token, ProxyCredentials proxy)
    {
        proxy.Labels.TryGetValue(ResourceLabels.Workload, out var workload);
        if (token.Workload.Length == 0)
        {
            return proxy.IdentityNeedsWorkload
                ? $"dataplane with \"{ResourceLabels.Workload}\" label \"{workload}\" derives its identity from the workload, so it requires a workload-bound token"
                : null;
        }

        if (string.IsNullOrEmpty(workload))
        {
            return $"dataplane has no \"{ResourceLabels.Workload}\" label required by the token";
        }

        return workload == token.Workload
            ? null
            : $"dataplane workload \"{workload}\" is not allowed with this token. Allowed workload in token is \"{token.Workload}\"";
    }
}
