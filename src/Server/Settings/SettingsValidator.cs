using System.Net;
using Mesh.Model.Values;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Settings;

/// <summary>Bounds of settings. Pure; reports everything it finds.</summary>
internal static class SettingsValidator
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    /// <summary>Silence is looked for once a second.</summary>
    private static readonly TimeSpan _leastKeepAlive = TimeSpan.FromSeconds(1);

    public static void Validate(ControlPlaneSettings settings, List<string> faults)
    {
        OneOf("mode", settings.Mode, faults, ControlPlaneSettings.ZoneMode, ControlPlaneSettings.GlobalMode);
        OneOf("environment", settings.Environment, faults, "universal");
        OneOf("store.type", settings.Store.Type, faults, "embedded", "memory");
        OneOf("apiServer.authn.type", settings.ApiServer.Authn.Type, faults, "tokens");
        OneOf("access.type", settings.Access.Type, faults, "static");
        OneOf("dpServer.authn.dpProxy.type", settings.DpServer.Authn.DpProxy.Type, faults, "dpToken", "none");
        OneOf("xdsServer.transport", settings.XdsServer.Transport, faults, XdsServerSettings.OnSockets, XdsServerSettings.OnKestrel);
        CongestionControlName("xdsServer.congestionControl", settings.XdsServer.CongestionControl, faults);
        OneOf("general.tlsMinVersion", settings.General.TlsMinVersion, faults, GeneralSettings.Tls12, GeneralSettings.Tls13);
        OneOf("general.tlsMaxVersion", settings.General.TlsMaxVersion, faults, "", GeneralSettings.Tls12, GeneralSettings.Tls13);
        if (settings.General is { TlsMinVersion: GeneralSettings.Tls13, TlsMaxVersion: GeneralSettings.Tls12 })
        {
            faults.Add("general.tlsMaxVersion must not be below general.tlsMinVersion");
        }

        Addresses(settings, faults);
        Numbers(settings, faults);
        Durations(settings, faults);
        Pair("general", settings.General.TlsCertFile, settings.General.TlsKeyFile, faults);
        Pair("apiServer.https", settings.ApiServer.Https.TlsCertFile, settings.ApiServer.Https.TlsKeyFile, faults);
        Pair("dpServer", settings.DpServer.TlsCertFile, settings.DpServer.TlsKeyFile, faults);
        ZoneName(settings.Multizone.Zone.Name, faults);
        MultizoneValidator.Validate(settings, faults);
        if (settings.Store.Type == "embedded" && settings.Store.DataDir.Length == 0)
        {
            faults.Add("store.dataDir must be set for the embedded store");
        }

        if (!settings.ApiServer.BasePath.StartsWith('/'))
        {
            faults.Add($"apiServer.basePath must begin with '/', not '{settings.ApiServer.BasePath}'");
        }
    }

    private static void Addresses(ControlPlaneSettings settings, List<string> faults)
    {
        Address("apiServer.http.interface", settings.ApiServer.Http.Interface, faults);
        Address("apiServer.https.interface", settings.ApiServer.Https.Interface, faults);
        Address("dpServer.interface", settings.DpServer.Interface, faults);
        Address("diagnostics.interface", settings.Diagnostics.Interface, faults);
        Cidr("ipam.meshService.cidr", settings.Ipam.MeshService.Cidr, faults);
        Cidr("ipam.meshExternalService.cidr", settings.Ipam.MeshExternalService.Cidr, faults);
        Cidr("ipam.meshMultiZoneService.cidr", settings.Ipam.MeshMultiZoneService.Cidr, faults);
        foreach (var cidr in settings.Ipam.KnownInternalCidrs)
        {
            Cidr("ipam.knownInternalCIDRs", cidr, faults);
        }
    }

    private static void Numbers(ControlPlaneSettings settings, List<string> faults)
    {
        Between("apiServer.http.port", settings.ApiServer.Http.Port, 0, 65535, faults);
        Between("apiServer.https.port", settings.ApiServer.Https.Port, 0, 65535, faults);
        Between("dpServer.port", settings.DpServer.Port, 0, 65535, faults);
        Between("diagnostics.serverPort", settings.Diagnostics.ServerPort, 0, 65535, faults);
        Between("bootstrapServer.params.adminPort", settings.BootstrapServer.Params.AdminPort, 0, 65535, faults);
        Between("bootstrapServer.params.readinessPort", settings.BootstrapServer.Params.ReadinessPort, 0, 65535, faults);
        Between("bootstrapServer.params.xdsPort", settings.BootstrapServer.Params.XdsPort, 0, 65535, faults);
        Between("bootstrapServer.params.xdsGrpcMaxReceiveMessageBytes", settings.BootstrapServer.Params.XdsGrpcMaxReceiveMessageBytes, 1, int.MaxValue, faults);
        Between("dnsServer.serviceVipPort", settings.DnsServer.ServiceVipPort, 1, 65535, faults);
        Between("metrics.dataplane.subscriptionLimit", settings.Metrics.Dataplane.SubscriptionLimit, 0, 1000, faults);
        Between("metrics.zone.subscriptionLimit", settings.Metrics.Zone.SubscriptionLimit, 1, 1000, faults);
        Between("xdsServer.maxStreams", settings.XdsServer.MaxStreams, 1, 10_000_000, faults);
        Between("xdsServer.admission.streamsPerSecond", settings.XdsServer.Admission.StreamsPerSecond, 0, 1_000_000, faults);
        Between("xdsServer.admission.maxOpening", settings.XdsServer.Admission.MaxOpening, 1, 1_000_000, faults);
        Between("xdsServer.admission.maxWaiting", settings.XdsServer.Admission.MaxWaiting, 0, 1_000_000, faults);
        Between("store.upsert.conflictRetryMaxTimes", settings.Store.Upsert.ConflictRetryMaxTimes, 0, 1000, faults);
        Between("general.certGenerationCircuitBreakerMinProxies", settings.General.CertGenerationCircuitBreakerMinProxies, 1, int.MaxValue, faults);
        Between("dpServer.hds.checkDefaults.healthyThreshold", settings.DpServer.Hds.CheckDefaults.HealthyThreshold, 1, 1000, faults);
        Between("dpServer.hds.checkDefaults.unhealthyThreshold", settings.DpServer.Hds.CheckDefaults.UnhealthyThreshold, 1, 1000, faults);
    }

    /// <summary>Every duration of the schema: none is negative, and none is so long that a clock overflows.</summary>
    private static void Durations(ControlPlaneSettings settings, List<string> faults)
    {
        var tree = System.Text.Json.JsonSerializer.SerializeToNode(settings, SettingsJson.Options)!;
        foreach (var (path, type) in SettingsSchema.Leaves)
        {
            if (type != typeof(TimeSpan))
            {
                continue;
            }

            var node = tree;
            foreach (var part in path.Split('.'))
            {
                node = node![part];
            }

            if (!GoDuration.TryParse(node!.GetValue<string>(), out var duration) || duration < GoDuration.Zero || duration.ToTimeSpan() > _longest)
            {
                faults.Add($"{path} must be from 0s to {GoDuration.From(_longest)}, not {node}");
            }
        }

        AtLeast("xdsServer.keepAliveInterval", settings.XdsServer.KeepAliveInterval, _leastKeepAlive, faults);
        AtLeast("xdsServer.keepAliveTimeout", settings.XdsServer.KeepAliveTimeout, _leastKeepAlive, faults);
    }

    private static void AtLeast(string path, TimeSpan value, TimeSpan least, List<string> faults)
    {
        if (value < least)
        {
            faults.Add($"{path} must be at least {GoDuration.From(least)}, not {GoDuration.From(value)}");
        }
    }

    private static void CongestionControlName(string path, string name, List<string> faults)
    {
        if (name.Length is 0 or > CongestionControl.MaxName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            faults.Add(
                $"{path} must be '{CongestionControl.Auto}', '{CongestionControl.OfSystem}' or a name of at most {CongestionControl.MaxName} letters, digits, '_' and '-', not '{name}'");
        }
    }

    private static void ZoneName(string name, List<string> faults)
    {
        var valid = name.Length is > 0 and <= 63
            && char.IsAsciiLetterLower(name[0])
            && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        if (!valid)
        {
            faults.Add($"multizone.zone.name must be at most 63 lower case letters, digits and '-', begin with a letter and not end with '-', not '{name}'");
        }
    }

    private static void OneOf(string path, string value, List<string> faults, params string[] allowed)
    {
        if (!allowed.Contains(value, StringComparer.Ordinal))
        {
            faults.Add($"{path} must be {string.Join(" or ", allowed.Select(a => $"'{a}'"))}, not '{value}'");
        }
    }

    private static void Between(string path, int value, int least, int most, List<string> faults)
    {
        if (value < least || value > most)
        {
            faults.Add($"{path} must be from {least} to {most}, not {value}");
        }
    }

    private static void Address(string path, string value, List<string> faults)
    {
        if (value.Length > 0 && value != "localhost" && !IPAddress.TryParse(value, out _))
        {
            faults.Add($"{path} must be an IP address, not '{value}'");
        }
    }

    private static void Cidr(string path, string value, List<string> faults)
    {
        if (!IPNetwork.TryParse(value, out _))
        {
            faults.Add($"{path} must be a range such as 241.0.0.0/8, not '{value}'");
        }
    }

    private static void Pair(string section, string certificate, string key, List<string> faults)
    {
        if (certificate.Length > 0 != key.Length > 0)
        {
            faults.Add($"{section}.tlsCertFile and {section}.tlsKeyFile must be set together");
        }
    }
}
