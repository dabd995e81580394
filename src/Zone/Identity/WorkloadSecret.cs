using Mesh.Identity.Spiffe;
using Mesh.Model.Resources;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Identity;

/// <summary>What one proxy has. Its lock guards all but <see cref="Facts"/> and <see cref="Identity"/>, which others may read.</summary>
internal sealed class WorkloadSecret
{
    private volatile CertificateFacts? _facts;

    /// <summary>The MeshIdentity that was asked for last.</summary>
    public ResourceKey Identity { get; set; }

    /// <summary>The certificate in use.</summary>
    public IssuedSecret? Current { get; set; }

    /// <summary>Why there is none, and until when nobody tries.</summary>
    public IssueFailure? Failure { get; set; }

    /// <summary>What lists show.</summary>
    public CertificateFacts? Facts
    {
        get => _facts;
        set => _facts = value;
    }
}

/// <summary>A certificate and what it was issued for.</summary>
internal sealed record IssuedSecret(string IssuerId, SpiffeId Subject, TimeSpan Validity, DateTimeOffset RotateAt, WorkloadCertificate Certificate)
{
    /// <summary>True when the same would be issued again.</summary>
    public bool IsFor(string issuerId, SpiffeId subject, TimeSpan validity) => IssuerId == issuerId && Subject == subject && Validity == validity;
}

/// <summary>A failure to issue.</summary>
internal sealed record IssueFailure(string IssuerId, SpiffeId Subject, TimeSpan Validity, DateTimeOffset RetryAt, string Reason)
{
    /// <summary>True when the same would be tried again.</summary>
    public bool IsFor(string issuerId, SpiffeId subject, TimeSpan validity) => IssuerId == issuerId && Subject == subject && Validity == validity;
}
