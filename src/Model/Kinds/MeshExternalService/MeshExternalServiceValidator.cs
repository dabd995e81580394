using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshExternalServices (contract §1.6).</summary>
internal static class MeshExternalServiceValidator
{
    private static readonly string[] _protocols = ["tcp", "grpc", "http", "http2"];
    private static readonly string[] _modes = ["SkipSAN", "SkipCA", "SkipAll", "Secured"];
    private static readonly string[] _sanTypes = ["Prefix", "Exact"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshExternalServiceSpec>();
        var path = FieldPath.Spec(violations);
        HostNames.CheckLabel(new FieldPath(violations, "name"), resource.DisplayName);
        CheckMatch(spec.Match, path.Field("match"));
        if (spec.Extension is { Type: null or "" })
        {
            path.Field("extension").Field("type").Add(Messages.MustNotBeEmpty);
        }

        // What an extension knows better than these rules is left to it; where secrets come from is not.
        if (spec.Extension is null)
        {
            for (var i = 0; i < spec.Endpoints?.Count; i++)
            {
                CheckEndpoint(spec.Endpoints[i], path.Field("endpoints").Index(i));
            }

            TlsVersionRules.Check(spec.Tls?.Version, path.Field("tls").Field("version"));
        }

        if (spec.Tls?.Verification is { } verification)
        {
            CheckVerification(verification, path.Field("tls").Field("verification"), spec.Extension is null);
        }
    }

    private static void CheckMatch(ExternalMatch? match, FieldPath path)
    {
        if (match is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        if (match.Type is not (null or "HostnameGenerator"))
        {
            path.Field("type").Add($"unrecognized type '{match.Type}' - only 'HostnameGenerator' is supported");
        }

        path.Field("port").Port(match.Port);
        path.Field("protocol").OneOf(match.Protocol, "protocol", _protocols);
    }

    private static void CheckEndpoint(ExternalEndpoint endpoint, FieldPath path)
    {
        path.Field("port").Port(endpoint.Port);
        if (endpoint.Address is null || (!HostNames.IsAddress(endpoint.Address) && !HostNames.IsDnsName(endpoint.Address)))
        {
            path.Field("address").Add("address has to be a valid IP or hostname");
        }
    }

    private static void CheckVerification(ExternalTlsVerification verification, FieldPath path, bool checksAll)
    {
        CheckSource(verification.CaCert, path.Field("caCert"));
        CheckSource(verification.ClientCert, path.Field("clientCert"));
        CheckSource(verification.ClientKey, path.Field("clientKey"));
        if (!checksAll)
        {
            return;
        }

        path.Field("mode").OneOf(verification.Mode, "mode", _modes);
        for (var i = 0; i < verification.SubjectAltNames?.Count; i++)
        {
            path.Field("subjectAltNames").Index(i).Field("type").OneOf(verification.SubjectAltNames[i].Type, "type", _sanTypes);
        }

        if (verification is { ClientCert: not null, ClientKey: null })
        {
            path.Field("clientKey").Add("must be defined when clientCert is defined");
        }

        if (verification is { ClientCert: null, ClientKey: not null })
        {
            path.Field("clientCert").Add("must be defined when clientKey is defined");
        }
    }

    private static void CheckSource(SecureDataSource? source, FieldPath path)
    {
        if (source is null)
        {
            return;
        }

        if (source.Type is not (SecureDataSource.Secret or SecureDataSource.InsecureInline))
        {
            path.Field("type").Add($"{source.Type} must be one of: Secret, InsecureInline");
        }
        else
        {
            path.DataSource(source);
        }
    }
}
