using System.Security.Cryptography;
using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Sync.Names;

namespace Mesh.Sync.Rules;

/// <summary>
/// What Global sends to zones, and how (contract §4.2). Whether the zone that wrote a resource is enabled is not judged here, because it is no property of the
/// resource.
/// </summary>
/// <param name="skippedLabelPrefixes">Labels that begin with one of these are left out.</param>
public sealed class GlobalToZoneRules(IReadOnlyList<string> skippedLabelPrefixes) : IOutgoingRules
{
    /// <inheritdoc/>
    public SyncDirection Direction => SyncDirection.GlobalToZone;

    /// <inheritdoc/>
    public OutgoingResource? Map(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (!SyncKinds.Travels(resource.Descriptor, Direction) || SyncLabels.StaysAtHome(resource))
        {
            return null;
        }

        var author = SyncLabels.AuthorZone(resource);
        if (author is not null ? !IsPassedOn(resource) : !IsGiven(resource))
        {
            return null;
        }

        if (resource.Kind == GlobalSecretKind.Name && resource.Name.StartsWith(SyncedNames.ZoneTokenKeyPrefix, StringComparison.Ordinal))
        {
            return PublicHalf(resource) is { } key ? new OutgoingResource(Relabel(key), null) : null;
        }

        return new OutgoingResource(Relabel(resource), author);
    }

    /// <summary>Whether what a zone wrote is for other zones too.</summary>
    private static bool IsPassedOn(Resource resource) =>
        SyncKinds.PassesOn(resource.Descriptor) && (resource.Descriptor.Policy is null || ProducerPolicies.Contains(resource));

    /// <summary>Whether what Global has is for zones.</summary>
    private static bool IsGiven(Resource resource) => resource.Kind switch
    {
        ConfigKind.Name => resource.Name == SyncedNames.ClusterId,
        GlobalSecretKind.Name => !SyncedNames.StaysAtHome(resource.Name),
        _ => resource.Descriptor.Sync.HasFlag(SyncDirections.ProvidedByGlobal) || SyncKinds.PassesOn(resource.Descriptor),
    };

    private Resource Relabel(Resource resource)
    {
        var labels = WithoutSkipped(LabelSet.Of(resource.Labels)).With(ResourceLabels.Origin, SyncLabels.GlobalOrigin);
        var name = resource.Name;
        if (!SyncNames.KeepsName(resource.Descriptor))
        {
            labels = labels.With(ResourceLabels.DisplayName, resource.DisplayName);
            name = SyncNames.Hashed(resource);
        }

        return resource with { Name = name, Labels = labels, Status = null };
    }

    private LabelSet WithoutSkipped(LabelSet labels) => skippedLabelPrefixes.Count == 0
        ? labels
        : LabelSet.Of([.. labels.Where(label => !skippedLabelPrefixes.Any(prefix => label.Key.StartsWith(prefix, StringComparison.Ordinal)))]);

    /// <summary>What a zone needs to check zone tokens, and no more; null where the secret holds no key.</summary>
    private static Resource? PublicHalf(Resource secret)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(Encoding.UTF8.GetString(secret.SpecAs<SecretSpec>().Data ?? []));
            return secret with
            {
                Name = string.Concat(SyncedNames.ZoneTokenPublicKeyPrefix, secret.Name.AsSpan(SyncedNames.ZoneTokenKeyPrefix.Length)),
                Spec = new SecretSpec { Data = Encoding.UTF8.GetBytes(rsa.ExportRSAPublicKeyPem() + "\n") },
            };
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return null;
        }
    }
}
