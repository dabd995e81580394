using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Microsoft.Extensions.Logging;
using DiscoveryResource = EnvoyApi.Service.Discovery.V3.Resource;

namespace Mesh.Sidecar.Relay;

/// <summary>Certificates that are of no use any more: an Envoy that shows them as good looks healthy and is refused everywhere.</summary>
internal static class ExpiredSecrets
{
    /// <summary>The configuration without expired certificates; each of them is told to the log.</summary>
    public static HeldConfiguration Withheld(HeldConfiguration configuration, DateTimeOffset now, ILogger log)
    {
        var expired = new List<string>();
        foreach (var resource in configuration.Of(XdsTypes.Secret.Url).Values)
        {
            if (Expiry(resource.Encoded.Span) is { } expiry && expiry <= now)
            {
                log.CertificateExpired(resource.Name, expiry);
                expired.Add(resource.Name);
            }
        }

        return configuration.Without(XdsTypes.Secret.Url, expired);
    }

    /// <summary>When a secret's certificate expires; null for secrets that hold none.</summary>
    internal static DateTimeOffset? Expiry(ReadOnlySpan<byte> resource)
    {
        try
        {
            var secret = DiscoveryResource.Parser.ParseFrom(resource).Resource_?.Unpack<Secret>();
            var pem = Text(secret?.TlsCertificate?.CertificateChain);
            if (pem.Length == 0)
            {
                return null;
            }

            using var leaf = X509Certificate2.CreateFromPem(pem);
            return leaf.NotAfter.ToUniversalTime();
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or CryptographicException)
        {
            // Envoy judges what it cannot be.
            return null;
        }
    }

    private static string Text(DataSource? source) => source?.SpecifierCase switch
    {
        DataSource.SpecifierOneofCase.InlineBytes => Encoding.UTF8.GetString(source.InlineBytes.Span),
        DataSource.SpecifierOneofCase.InlineString => source.InlineString,
        _ => "",
    };
}
