using System.Globalization;
using System.Net;

namespace Mesh.Server.Settings;

/// <summary>Bounds of the settings that join control planes. Pure; reports everything it finds.</summary>
internal static class MultizoneValidator
{
    private const int LeastMessage = 64 * 1024;
    private static readonly TimeSpan _leastKeepAlive = TimeSpan.FromSeconds(1);

    public static void Validate(ControlPlaneSettings settings, List<string> faults)
    {
        var global = settings.Multizone.Global.Kds;
        if (global.Auth.Type is not ("cpToken" or "none"))
        {
            faults.Add($"multizone.global.kds.auth.type must be 'cpToken' or 'none', not '{global.Auth.Type}'");
        }

        if (global.GrpcPort is < 0 or > 65535)
        {
            faults.Add($"multizone.global.kds.grpcPort must be from 0 to 65535, not {global.GrpcPort}");
        }

        if (global.Interface.Length > 0 && global.Interface != "localhost" && !IPAddress.TryParse(global.Interface, out _))
        {
            faults.Add($"multizone.global.kds.interface must be an IP address, not '{global.Interface}'");
        }

        if (global.TlsCertFile.Length > 0 != global.TlsKeyFile.Length > 0)
        {
            faults.Add("multizone.global.kds.tlsCertFile and multizone.global.kds.tlsKeyFile must be set together");
        }

        if (global.KeepAliveInterval < _leastKeepAlive)
        {
            faults.Add("multizone.global.kds.keepAliveInterval must be at least 1s");
        }

        if (global.Labels.SkipPrefixes.Any(string.IsNullOrEmpty))
        {
            faults.Add("multizone.global.kds.labels.skipPrefixes must not hold an empty text: every label begins with it");
        }

        if (settings.Multizone.Zone.TrustPropagation < TimeSpan.Zero)
        {
            faults.Add("multizone.zone.trustPropagation must not be negative");
        }

        Message("multizone.global.kds.maxMsgSize", global.MaxMsgSize, faults);
        Message("multizone.zone.kds.maxMsgSize", settings.Multizone.Zone.Kds.MaxMsgSize, faults);
        Roles(settings, faults);
    }

    /// <summary>Where a zone finds Global: scheme <c>grpc</c> or <c>grpcs</c>, host and port.</summary>
    internal static Uri? ParseAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "grpc" or "grpcs", Host.Length: > 0, Port: > 0, AbsolutePath: "/" or "", Query: "" }
            ? uri
            : null;

    private static void Message(string path, int value, List<string> faults)
    {
        if (value < LeastMessage)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path} must be at least {LeastMessage}, not {value}"));
        }
    }

    private static void Roles(ControlPlaneSettings settings, List<string> faults)
    {
        var zone = settings.Multizone.Zone;
        if (settings.IsGlobal && zone.GlobalAddress.Length > 0)
        {
            faults.Add("multizone.zone.globalAddress must be empty in mode global: Global connects to no other");
        }

        if (settings.IsGlobal && settings.Environment != "universal")
        {
            faults.Add("environment must be 'universal' in mode global");
        }

        if (zone.GlobalAddress.Length > 0 && ParseAddress(zone.GlobalAddress) is null)
        {
            faults.Add($"multizone.zone.globalAddress must be grpcs://HOST:PORT or grpc://HOST:PORT, not '{zone.GlobalAddress}'");
        }

        if (zone.Kds.Auth is { CpTokenInline.Length: > 0, CpTokenPath.Length: > 0 })
        {
            faults.Add("multizone.zone.kds.auth.cpTokenInline and multizone.zone.kds.auth.cpTokenPath must not both be set");
        }

        if (zone.Kds.ReconnectBaseBackoff <= TimeSpan.Zero || zone.Kds.ReconnectMaxBackoff < zone.Kds.ReconnectBaseBackoff)
        {
            faults.Add("multizone.zone.kds.reconnectMaxBackoff must be at least multizone.zone.kds.reconnectBaseBackoff, which must be longer than 0s");
        }
    }
}
