using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads;
using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>One Kestrel server with its ports. Each role of a control plane has its own, so that one can stop before another.</summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HttpHost(WebApplication application, IReadOnlyList<Uri> addresses)
    {
        _application = application;
        Addresses = addresses;
    }

    /// <summary>Where it listens, in the order in which that was asked for.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Services of this server.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Starts a server.</summary>
    /// <exception cref="SettingsException">A port cannot be had.</exception>
    public static async Task<HttpHost> StartAsync(
        IReadOnlyList<ListenOn> ports,
        ILoggerFactory loggers,
        Action<KestrelServerOptions> limits,
        Action<IServiceCollection> services,
        Action<WebApplication> pipeline,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Envoy's own calls say :scheme http over TLS too.
            kestrel.AllowAlternateSchemes = true;
            limits(kestrel);
            foreach (var port in ports)
            {
                Listen(kestrel, port);
            }
        });
        services(builder.Services);
        var application = builder.Build();
        pipeline(application);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception e)
        {
            await application.DisposeAsync();
            if (e.InnerException is not AddressInUseException)
            {
                throw;
            }

            throw new SettingsException(ports.Where(p => p.Port > 0).Select(p => $"{p.Setting}: {e.Message}").ToArray());
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new HttpHost(application, [.. addresses.Zip(ports, AddressOf)]);
    }

    /// <summary>Stops taking requests, lets those that run end, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Uri AddressOf(string address, ListenOn port) =>
        port is { HasOwnTls: true, Certificate: not null } ? new UriBuilder(address) { Scheme = Uri.UriSchemeHttps }.Uri : new Uri(address);

    private static void Listen(KestrelServerOptions kestrel, ListenOn port)
    {
        var address = port.Address switch
        {
            // Both families: a client that resolves this machine's name may get either address.
            "" or "0.0.0.0" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            "localhost" => IPAddress.Loopback,
            var text => IPAddress.Parse(text),
        };
        kestrel.Listen(address, port.Port, listen =>
        {
            if (port.Certificate is not { } certificate || port.HasOwnTls)
            {
                return;
            }

            var tls = new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate.Leaf,
                ServerCertificateChain = certificate.Intermediates,
                SslProtocols = certificate.Versions,
            };
            if (port.IsForFleets)
            {
                listen.UseMeshAdsTls(tls);
            }
            else
            {
                listen.UseHttps(tls);
            }

            PriorKnowledge.Use(listen);
        });
    }
}
