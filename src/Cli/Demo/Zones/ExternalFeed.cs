using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo.Zones;

/// <summary>A service outside the mesh that speaks HTTPS, with a certificate of its own authority.</summary>
internal sealed class ExternalFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ExternalFeed(WebApplication app) => _app = app;

    /// <summary>A key and a certificate that is its own authority.</summary>
    /// <param name="serverName">Name in the certificate.</param>
    /// <param name="now">Begin of its validity.</param>
    public static X509Certificate2 NewCertificate(string serverName, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={serverName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(serverName);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-10), now.AddDays(7));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Starts it.</summary>
    /// <param name="name">What it answers with.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="certificate">Its certificate, with the key; stays the caller's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<ExternalFeed> StartAsync(string name, IPEndPoint address, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync($$"""{"service":"{{name}}"}""", context.RequestAborted));
        await app.StartAsync(cancellationToken);
        return new ExternalFeed(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
