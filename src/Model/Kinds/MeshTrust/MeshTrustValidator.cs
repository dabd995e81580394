using System.Security.Cryptography;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshTrusts (contract §1.7).</summary>
internal static class MeshTrustValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTrustSpec>();
        var path = FieldPath.Spec(violations);
        if (spec.CaBundles is not { Count: > 0 })
        {
            path.Field("caBundles").Add(Messages.MustNotBeEmpty);
        }

        for (var i = 0; i < spec.CaBundles?.Count; i++)
        {
            CheckBundle(spec.CaBundles[i], path.Field("caBundles").Index(i));
        }

        if (string.IsNullOrEmpty(spec.TrustDomain))
        {
            path.Field("trustDomain").Add("trustDomain needs to be defined");
        }
        else if (spec.TrustDomain.Length > 253)
        {
            path.Field("trustDomain").Add("must not be longer than 253 characters");
        }
    }

    private static void CheckBundle(CaBundle bundle, FieldPath path)
    {
        if (bundle.Type != "Pem")
        {
            path.Field("type").Add($"{bundle.Type} must be one of: Pem");
        }
        else if (bundle.Pem is null)
        {
            path.Field("pem").Add(Messages.MustBeDefined);
        }
        else if (!IsCertificate(bundle.Pem.Value ?? ""))
        {
            path.Field("pem").Field("value").Add("provided certificate has incorrect format");
        }
    }

    /// <summary>The first block must be no private key; whether it is a good certificate is seen when it is used.</summary>
    private static bool IsCertificate(string text) =>
        PemEncoding.TryFind(text, out var block) && !text[block.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal);
}
