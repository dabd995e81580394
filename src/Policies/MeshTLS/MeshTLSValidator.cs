using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshTLS;

/// <summary>Rules of MeshTLSes (contract §2.6).</summary>
internal static class MeshTLSValidator
{
    private static readonly string[] _ciphers =
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
    ];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTLSSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, spec.Rules is { Count: > 0 });
        var isWholeMesh = spec.TargetRef is null or { Kind: TargetKinds.Mesh };
        for (var i = 0; i < spec.Rules?.Count; i++)
        {
            CheckConf(spec.Rules[i].Default, isWholeMesh, path.Field("rules").Index(i).Field("default"));
        }
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        var spec = resource.SpecAs<MeshTLSSpec>();
        if (spec.Rules is not { Count: > 0 })
        {
            yield return $"MeshTLS '{resource.Name}' has no 'rules', so it does nothing.";
        }
    }

    /// <summary>Versions and ciphers hold for both sides of a connection: they cannot differ by proxy.</summary>
    private static void CheckConf(MeshTLSConf? conf, bool isWholeMesh, FieldPath path)
    {
        path.Field("mode").OneOf(conf?.Mode, "mode", MeshTLSConf.Strict, MeshTLSConf.Permissive);
        if (conf?.TlsCiphers is { Count: > 0 } ciphers)
        {
            if (!isWholeMesh)
            {
                path.Field("tlsCiphers").Add("tlsCiphers can only be defined with top level targetRef kind: Mesh");
            }
            else if (ciphers.Any(cipher => !_ciphers.Contains(cipher)))
            {
                path.Field("tlsCiphers").Add(Messages.OneOf("tlsCiphers", _ciphers));
            }
        }

        if (conf?.TlsVersion is not { } versions)
        {
            return;
        }

        if (isWholeMesh)
        {
            TlsVersionRules.Check(versions, path.Field("tlsVersion"));
        }
        else
        {
            path.Field("tlsVersion").Add("tlsVersion can only be defined with top level targetRef kind: Mesh");
        }
    }
}
