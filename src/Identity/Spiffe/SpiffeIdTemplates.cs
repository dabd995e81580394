using System.Diagnostics.CodeAnalysis;
using Mesh.Model.Resources;
using Mesh.Model.Templates;

namespace Mesh.Identity.Spiffe;

/// <summary>
/// How the ids of a MeshIdentity are made (contract §3.9): a template for the trust domain (<c>.Mesh</c>, <c>.Zone</c>)
/// and one for the path (<c>.Namespace</c>, <c>.ServiceAccount</c>, <c>.Workload</c>, <c>label "key"</c>).
/// </summary>
public sealed class SpiffeIdTemplates
{
    /// <summary>Template of the trust domain where none is given.</summary>
    public const string DefaultTrustDomain = "{{ .Mesh }}.{{ .Zone }}.mesh.local";

    /// <summary>Template of the path on VMs where none is given.</summary>
    public const string DefaultUniversalPath = "/workload/{{ .Workload }}";

    /// <summary>Template of the path on Kubernetes where none is given.</summary>
    public const string DefaultKubernetesPath = "/ns/{{ .Namespace }}/sa/{{ .ServiceAccount }}";

    private readonly GoTemplate _trustDomain;
    private readonly GoTemplate _path;

    private SpiffeIdTemplates(GoTemplate trustDomain, GoTemplate path) => (_trustDomain, _path) = (trustDomain, path);

    /// <summary>Fields that a trust domain may use.</summary>
    public static IReadOnlyList<string> TrustDomainFields { get; } = ["Mesh", "Zone"];

    /// <summary>Fields that a path may use.</summary>
    public static IReadOnlyList<string> PathFields { get; } = ["Namespace", "ServiceAccount", "Workload"];

    /// <summary>True when the path is made of the workload: then proxies need tokens bound to theirs.</summary>
    public bool NeedsWorkload => _path.Fields.Contains("Workload") || _path.Labels.Contains(ResourceLabels.Workload);

    /// <summary>Reads both templates; null or empty ones are the defaults.</summary>
    /// <param name="error">What is wrong; empty when nothing is.</param>
    public static bool TryParse(
        string? trustDomain, string? path, bool onKubernetes, [NotNullWhen(true)] out SpiffeIdTemplates? templates, out string error)
    {
        templates = null;
        var defaultPath = onKubernetes ? DefaultKubernetesPath : DefaultUniversalPath;
        if (!TryParse(string.IsNullOrEmpty(trustDomain) ? DefaultTrustDomain : trustDomain, TrustDomainFields, out var first, out error)
            || !TryParse(string.IsNullOrEmpty(path) ? defaultPath : path, PathFields, out var second, out error))
        {
            return false;
        }

        templates = new SpiffeIdTemplates(first, second);
        return true;
    }

    /// <summary>Renders the trust domain, which is the same for all proxies of a mesh and zone.</summary>
    public bool TryRenderTrustDomain(string mesh, string zone, out string trustDomain, out string error)
    {
        if (!_trustDomain.TryRender(name => name == "Mesh" ? mesh : zone, _ => null, out trustDomain, out error))
        {
            return false;
        }

        error = SpiffeId.CheckTrustDomain(trustDomain) ?? "";
        return error.Length == 0;
    }

    /// <summary>Renders the id of a proxy.</summary>
    /// <param name="error">Why it has none; empty when it has one.</param>
    public bool TryRender(SpiffeSubject subject, [NotNullWhen(true)] out SpiffeId? id, out string error)
    {
        ArgumentNullException.ThrowIfNull(subject);
        id = null;
        return TryRenderTrustDomain(subject.Mesh, subject.Zone, out var trustDomain, out error)
            && _path.TryRender(name => Field(name, subject), subject.Label, out var path, out error)
            && SpiffeId.TryCreate(trustDomain, path, out id, out error);
    }

    private static string? Field(string name, SpiffeSubject subject) => name switch
    {
        "Namespace" => subject.Namespace,
        "ServiceAccount" => subject.ServiceAccount,
        "Workload" => subject.Workload,
        _ => null,
    };

    private static bool TryParse(string source, IReadOnlyList<string> fields, [NotNullWhen(true)] out GoTemplate? template, out string error)
    {
        if (!GoTemplate.TryParse(source, out template, out error))
        {
            return false;
        }

        if (template.Fields.FirstOrDefault(field => !fields.Contains(field)) is { } unknown)
        {
            error = $"unknown field .{unknown}; known are {string.Join(", ", fields.Select(field => "." + field))}";
            template = null;
            return false;
        }

        return true;
    }
}
