using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>Verifies the control plane's certificate as the user said, and with the CA that its bootstrap names.</summary>
internal static class ControlPlaneTrust
{
    /// <summary>The user's own trust: a CA, or nothing that is verified where that was asked for; null: the machine's CAs.</summary>
    /// <exception cref="SidecarException">The CA is no PEM.</exception>
    public static RemoteCertificateValidationCallback? Of(SidecarOptions options)
    {
        if (options.SkipVerify)
        {
#pragma warning disable CA5359 // The user asked for it with --skip-verify: a first look at a control plane whose CA is not at hand.
            return (_, _, _, _) => true;
#pragma warning restore CA5359 // Only there.
        }

        return options.CaCert.Length == 0 ? null : Of(options.CaCert);
    }

    /// <summary>
    /// A verifier for certificates that the CA of a bootstrap vouches for, or else the user's own trust, with which that bootstrap was fetched: a control
    /// plane that got another CA is followed without a restart exactly where a restart would follow it.
    /// </summary>
    /// <param name="bootstrapCa">PEM that the bootstrap names.</param>
    /// <param name="options">The user's own trust.</param>
    /// <param name="anotherCa">Called when the user's own trust let a certificate pass that the bootstrap's CA does not vouch for.</param>
    /// <exception cref="SidecarException">A CA is no PEM.</exception>
    public static RemoteCertificateValidationCallback Of(string bootstrapCa, SidecarOptions options, Action anotherCa)
    {
        var (ofBootstrap, ofUser) = (Of(bootstrapCa), Of(options));
        return (sender, certificate, chain, errors) =>
        {
            if (ofBootstrap(sender, certificate, chain, errors))
            {
                return true;
            }

            var isTrusted = ofUser?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
            if (isTrusted)
            {
                anotherCa();
            }

            return isTrusted;
        };
    }

    /// <summary>A verifier for certificates that these CAs signed, for the name that is connected to.</summary>
    /// <exception cref="SidecarException">The CA is no PEM.</exception>
    public static RemoteCertificateValidationCallback Of(string caPem)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(caPem);
        }
        catch (CryptographicException e)
        {
            throw new SidecarException(SidecarException.BadInput, $"the control plane's CA cannot be read as PEM: {e.Message}", e);
        }

        return (_, certificate, chain, errors) => certificate is not null && Verify(new X509Certificate2(certificate), chain, errors, roots);
    }

    private static bool Verify(X509Certificate2 certificate, X509Chain? sent, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }
}
