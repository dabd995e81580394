using System.Globalization;
using System.Net;

namespace Mesh.Cli.Demo.Zones;

/// <summary>A control plane of the demo: its address and ports, which it keeps when it is started again.</summary>
internal sealed class ZoneSite
{
    private const int FirstHost = 10;

    private ZoneSite(int number)
    {
        Number = number;
        Address = new IPAddress([127, 0, 0, (byte)(FirstHost + number)]);
        var ports = FreePorts.Of(Address, 7);
        (HttpPort, ProxyPort, DiagnosticsPort, KdsPort) = (ports[0], ports[1], ports[2], ports[3]);
        (IngressPort, EgressPort, AdminPort) = (ports[4], ports[5], ports[6]);
    }

    /// <summary>0 for Global, 1 and on for zones.</summary>
    public int Number { get; }

    /// <summary>Its name in scripts; a zone's is its name in the mesh, too.</summary>
    public string Name => Number == 0 ? "global" : string.Create(CultureInfo.InvariantCulture, $"zone-{Number}");

    /// <summary>An address of this machine that is the zone's alone.</summary>
    public IPAddress Address { get; }

    /// <summary>Port of the REST API.</summary>
    public int HttpPort { get; }

    /// <summary>Port of proxies.</summary>
    public int ProxyPort { get; }

    /// <summary>Port of diagnostics.</summary>
    public int DiagnosticsPort { get; }

    /// <summary>Port of zones, at Global.</summary>
    public int KdsPort { get; }

    /// <summary>Port at which other zones enter.</summary>
    public int IngressPort { get; }

    /// <summary>Port at which calls leave the mesh.</summary>
    public int EgressPort { get; }

    /// <summary>Port of the zone proxies' admin listeners, on loopback addresses of their own.</summary>
    public int AdminPort { get; }

    public Uri Http => Url(HttpPort);

    public Uri Diagnostics => Url(DiagnosticsPort);

    /// <summary>Where proxies connect.</summary>
    public Uri Proxies => new($"https://{Address}:{ProxyPort}");

    /// <summary>Where zones connect, at Global.</summary>
    public string Zones => $"grpcs://{Address}:{KdsPort}";

    /// <summary>Global.</summary>
    public static ZoneSite Global() => new(0);

    /// <summary>A zone, counted from 1.</summary>
    public static ZoneSite Zone(int number) => new(number);

    /// <summary>Its certificate, which names its address and is its own CA.</summary>
    public string CertFile(string folder) => Path.Combine(folder, Name + ".crt");

    /// <summary>The key of its certificate.</summary>
    public string KeyFile(string folder) => Path.Combine(folder, Name + ".key");

    /// <summary>What <c>mesh run</c> is told.</summary>
    /// <param name="folder">Folder of all the demo's stores.</param>
    /// <param name="global">Global and the file with the zone's token; null for Global itself.</param>
    public IReadOnlyList<string> Options(string folder, (ZoneSite Site, string TokenFile)? global)
    {
        List<string> options =
        [
            "--data-dir", Path.Combine(folder, Name),
            "--http-port", Text(HttpPort), "--https-port", "0", "--diagnostics-port", Text(DiagnosticsPort),
            "--set", $"general.tlsCertFile={CertFile(folder)}", "--set", $"general.tlsKeyFile={KeyFile(folder)}",
            "--set", $"apiServer.http.interface={Address}", "--set", $"apiServer.https.interface={Address}", "--set", $"diagnostics.interface={Address}",
        ];
        options.AddRange(global is { } above
            ?
            [
                "--zone", Name, "--global-address", above.Site.Zones, "--dataplane-port", Text(ProxyPort),
                "--set", $"dpServer.interface={Address}",
                "--set", $"multizone.zone.kds.rootCaFile={above.Site.CertFile(folder)}", "--set", $"multizone.zone.kds.auth.cpTokenPath={above.TokenFile}",
            ]
            :
            [
                "--mode", "global", "--set", $"multizone.global.kds.interface={Address}", "--set", $"multizone.global.kds.grpcPort={Text(KdsPort)}",
            ]);
        return options;
    }

    private Uri Url(int port) => new($"http://{Address}:{port}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
