using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>Verifies the control plane's certificate with a CA of the user's instead of the machine's.</summary>
internal static class ControlPlaneTrust
{
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
