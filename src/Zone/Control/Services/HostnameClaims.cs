using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Templates;

namespace Mesh.Zone.Control.Services;

/// <summary>One generator's answer for one service: a host name, or why there is none.</summary>
/// <param name="Generator">Name of the HostnameGenerator.</param>
/// <param name="Hostname">The name; empty when there is an error.</param>
/// <param name="Error">Why there is no name; empty when there is one.</param>
internal readonly record struct HostnameClaim(string Generator, string Hostname, string Error);

/// <summary>Which names the HostnameGenerators give a service (contract §1.9). Pure.</summary>
internal static class HostnameClaims
{
    /// <summary>The answers of all generators that select a service, by name of the generator.</summary>
    public static IReadOnlyList<HostnameClaim> Evaluate(Resource service, IEnumerable<Resource> generators)
    {
        List<HostnameClaim>? claims = null;
        foreach (var generator in generators)
        {
            var spec = generator.SpecAs<HostnameGeneratorSpec>();
            if (Selector(spec.Selector, service.Kind) is { } selector && Selects(selector, service))
            {
                (claims ??= []).Add(Render(generator.Name, spec.Template ?? "", service));
            }
        }

        return claims ?? [];
    }

    /// <summary>The selector of a generator for services of a kind, or null.</summary>
    public static LabelSelector? Selector(HostnameSelector? selector, string kind) => kind switch
    {
        MeshServiceKind.Name => selector?.MeshService,
        MeshExternalServiceKind.Name => selector?.MeshExternalService,
        MeshMultiZoneServiceKind.Name => selector?.MeshMultiZoneService,
        _ => null,
    };

    private static bool Selects(LabelSelector selector, Resource service)
    {
        foreach (var (key, value) in selector.MatchLabels ?? ResourceLabels.None)
        {
            var actual = key == ResourceLabels.DisplayName ? service.DisplayName : service.Labels.TryGetValue(key, out var label) ? label : null;
            if (actual != value)
            {
                return false;
            }
        }

        return true;
    }

    private static HostnameClaim Render(string generator, string template, Resource service)
    {
        if (!GoTemplate.TryParse(template, out var parsed, out var error) || !parsed.TryRender(Field, Label, out var name, out error))
        {
            return new HostnameClaim(generator, "", error);
        }

        return IsHostname(name)
            ? new HostnameClaim(generator, name, "")
            : new HostnameClaim(generator, "", $"\"{Shorten(name)}\" is not a valid DNS name");

        string? Field(string field) => field switch
        {
            "DisplayName" => service.DisplayName,
            "Namespace" => service.Label(ResourceLabels.KubernetesNamespace),
            "Mesh" => service.Mesh,
            "Zone" => service.Label(ResourceLabels.Zone),
            _ => null,
        };

        string? Label(string key) => service.Labels.TryGetValue(key, out var value) ? value : null;
    }

    private static string Shorten(string name) => name.Length <= 260 ? name : string.Concat(name.AsSpan(0, 260), "...");

    private static bool IsHostname(string name)
    {
        if (name.Length is 0 or > 253)
        {
            return false;
        }

        foreach (var part in name.Split('.'))
        {
            if (part.Length is 0 or > 63 || part[0] == '-' || part[^1] == '-' || !part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                return false;
            }
        }

        return true;
    }
}
