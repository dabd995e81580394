using System.Text;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>Reads what a MeshExternalService says about TLS, with certificates and keys from where it says they are.</summary>
internal static class ExternalTlsReader
{
    private const string SkipAll = "SkipAll";
    private const string SkipAuthority = "SkipCA";
    private const string SkipNames = "SkipSAN";
    private const string Prefix = "Prefix";

    /// <returns>Null: plain text.</returns>
    /// <exception cref="CertificateException">A certificate or key is missing; the message says which and never what was found.</exception>
    internal static ExternalTlsFacts? Read(ExternalTls? tls, PlanContext context)
    {
        if (tls?.Enabled != true)
        {
            return null;
        }

        var verification = tls.Verification;
        var mode = verification?.Mode ?? "";

        // Envoy compares names only in a certificate whose authority it has checked.
        var checksAuthority = mode is not (SkipAll or SkipAuthority);
        var authorities = checksAuthority && verification?.CaCert is { } source ? ReadPem(source, "caCert", context) : "";
        if (checksAuthority && authorities.Length == 0 && context.Metadata.SystemCaPath.Length == 0)
        {
            throw new CertificateException("no authority is given (caCert), and the machine of this proxy has none");
        }

        return new ExternalTlsFacts
        {
            ServerName = verification?.ServerName ?? "",
            ChecksAuthority = checksAuthority,
            ChecksNames = checksAuthority && mode != SkipNames,
            Names = FactList.From((verification?.SubjectAltNames ?? [])
                .Where(name => name.Value is { Length: > 0 }).Select(name => new ExternalName(name.Value!, name.Type == Prefix))),
            Authorities = authorities,
            SystemAuthorities = checksAuthority && authorities.Length == 0 ? context.Metadata.SystemCaPath : "",
            Client = ReadClient(verification, context),
            AllowsRenegotiation = tls.AllowRenegotiation == true,
            MinVersion = tls.Version?.Min ?? "",
            MaxVersion = tls.Version?.Max ?? "",
        };
    }

    private static ClientCertificate? ReadClient(ExternalTlsVerification? verification, PlanContext context) =>
        verification is { ClientCert: { } certificate, ClientKey: { } key }
            ? new ClientCertificate(ReadPem(certificate, "clientCert", context), ReadPem(key, "clientKey", context))
            : null;

    private static string ReadPem(SecureDataSource source, string field, PlanContext context)
    {
        var text = source.Type switch
        {
            SecureDataSource.InsecureInline => source.InlineSource?.Value,
            SecureDataSource.Secret => ReadSecret(source.SecretRef?.Name ?? "", context),
            _ => throw new CertificateException($"{field}: a data source of type {source.Type} is not possible here"),
        };
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CertificateException(source.Type == SecureDataSource.Secret
                ? $"{field}: Secret {source.SecretRef?.Name} is missing or empty"
                : $"{field} is empty");
        }

        // Envoy would refuse the cluster, and with it everything that comes in the same response.
        return text.Contains("-----BEGIN ", StringComparison.Ordinal) ? text : throw new CertificateException($"{field} is no PEM");
    }

    private static string? ReadSecret(string name, PlanContext context)
    {
        context.Interest.Secrets.Add(new ResourceKey(SecretKind.Name, context.View.Name, name));
        return context.View.Find(SecretKind.Name, name)?.SpecAs<SecretSpec>().Data is { } data ? Encoding.UTF8.GetString(data) : null;
    }
}
