using System.Text;
using Mesh.Identity.Certificates;

namespace Mesh.Identity.Trust;

/// <summary>What a MeshTrust says: for a trust domain, certificates that vouch for it.</summary>
/// <param name="TrustDomain">The trust domain.</param>
/// <param name="Pem">One or more certificates, PEM.</param>
public readonly record struct TrustEntry(string TrustDomain, string Pem);

/// <summary>Joins the trust of a mesh per trust domain. Pure.</summary>
public static class TrustBundles
{
    /// <summary>Joins entries: all certificates of a trust domain, each once, in the order given.</summary>
    /// <param name="entries">What the MeshTrusts of a mesh say, in order of their names.</param>
    /// <param name="faults">Receives what could not be read; the rest is joined nevertheless.</param>
    /// <returns>PEM by trust domain, ordered.</returns>
    public static IReadOnlyDictionary<string, string> Join(IEnumerable<TrustEntry> entries, ICollection<string>? faults = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var domains = new SortedDictionary<string, (StringBuilder Pem, HashSet<string> Seen)>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (Check(entry.Pem) is { } fault)
            {
                faults?.Add($"trust domain {entry.TrustDomain}: {fault}");
                continue;
            }

            if (!domains.TryGetValue(entry.TrustDomain, out var domain))
            {
                domains[entry.TrustDomain] = domain = (new StringBuilder(), []);
            }

            foreach (var certificate in CertificateText.ReadAll(entry.Pem))
            {
                using (certificate)
                {
                    var pem = CertificateText.ToPem(certificate);
                    if (domain.Seen.Add(pem))
                    {
                        domain.Pem.Append(pem);
                    }
                }
            }
        }

        return new SortedDictionary<string, string>(domains.ToDictionary(pair => pair.Key, pair => pair.Value.Pem.ToString()), StringComparer.Ordinal);
    }

    /// <summary>Checks a bundle.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Check(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        try
        {
            foreach (var certificate in CertificateText.ReadAll(pem))
            {
                certificate.Dispose();
            }

            return null;
        }
        catch (CertificateException fault)
        {
            return fault.Message;
        }
    }
}
