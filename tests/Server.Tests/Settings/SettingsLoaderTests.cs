using Mesh.Server.Settings;

namespace Mesh.Server.Tests.Settings;

public sealed class SettingsLoaderTests
{
    [Fact]
    public void Load_Nothing_IsAZoneWithItsOwnStore()
    {
        var settings = Load().Settings;

        Assert.Equal("embedded", settings.Store.Type);
        Assert.Equal("zone", settings.Mode);
        Assert.Equal(5681, settings.ApiServer.Http.Port);
    }

    [Fact]
    public void Load_FileEnvironmentAndFlag_TheLaterWins()
    {
        using var file = new TemporaryFile("apiServer:\n  http: {port: 1}\n  https: {port: 2}\ndpServer: {port: 3}\n");

        var settings = Load(
            file.Path,
            new() { ["KUMA_API_SERVER_HTTPS_PORT"] = "20", ["KUMA_DP_SERVER_PORT"] = "30" },
            new() { ["dpServer.port"] = "300" }).Settings;

        Assert.Equal((1, 20, 300), (settings.ApiServer.Http.Port, settings.ApiServer.Https.Port, settings.DpServer.Port));
    }

    [Theory]
    [InlineData("KUMA_STORE_TYPE", "memory")]
    [InlineData("KUMA_MULTIZONE_ZONE_NAME", "east")]
    [InlineData("MESH_ZONE", "east")]
    [InlineData("KUMA_XDS_DATAPLANE_DEREGISTRATION_DELAY", "3s")]
    [InlineData("KUMA_API_SERVER_AUTHN_LOCALHOST_IS_ADMIN", "false")]
    [InlineData("KUMA_IPAM_KNOWN_INTERNAL_CIDRS", "10.0.0.0/8")]
    [InlineData("KUMA_RUNTIME_UNIVERSAL_DATAPLANE_CLEANUP_AGE", "1h")]
    [InlineData("KUMA_ACCESS_STATIC_ADMIN_RESOURCES_USERS", "ann,bob")]
    [InlineData("KUMA_DEFAULTS_SKIP_HOSTNAME_GENERATORS", "true")]
    [InlineData("KUMA_MODE", "global")]
    [InlineData("KUMA_MULTIZONE_GLOBAL_KDS_GRPC_PORT", "7000")]
    [InlineData("KUMA_MULTIZONE_GLOBAL_KDS_ZONE_INSIGHT_FLUSH_INTERVAL", "1s")]
    [InlineData("KUMA_MULTIZONE_GLOBAL_KDS_ZONE_HEALTH_CHECK_POLL_INTERVAL", "1s")]
    [InlineData("KUMA_MULTIZONE_ZONE_GLOBAL_ADDRESS", "grpcs://global:5685")]
    [InlineData("KUMA_MULTIZONE_ZONE_KDS_ROOT_CA_FILE", "ca.crt")]
    [InlineData("KUMA_MULTIZONE_ZONE_KDS_TLS_SKIP_VERIFY", "true")]
    [InlineData("KUMA_METRICS_ZONE_SUBSCRIPTION_LIMIT", "3")]
    [InlineData("KUMA_MULTIZONE_GLOBAL_KDS_LABELS_SKIP_PREFIXES", "argocd.,helm.")]
    [InlineData("KMESH_MULTIZONE_ZONE_TRUST_PROPAGATION", "1s")]
    [InlineData("KMESH_MULTIZONE_GLOBAL_KDS_AUTH_TYPE", "none")]
    [InlineData("KMESH_MULTIZONE_ZONE_KDS_AUTH_CP_TOKEN_INLINE", "token")]
    [InlineData("KMESH_MULTIZONE_ZONE_KDS_AUTH_CP_TOKEN_PATH", "token.txt")]
    public void Load_ContractVariable_ChangesASetting(string variable, string value)
    {
        Assert.NotEqual(
            System.Text.Json.JsonSerializer.Serialize(Load().Settings),
            System.Text.Json.JsonSerializer.Serialize(Load(null, new() { [variable] = value }).Settings));
    }

    [Fact]
    public void Load_UnknownKey_IsIgnoredWithAWarning()
    {
        using var file = new TemporaryFile("runtime:\n  kubernetes: {injector: {cniEnabled: true}}\nexperimental: {x: 1}\n");

        var loaded = Load(file.Path);

        Assert.Equal(2, loaded.Warnings.Count);
    }

    [Fact]
    public void Load_SeveralFaults_AllAreToldWithTheirPaths()
    {
        var fault = Assert.Throws<SettingsException>(() => Load(null, null, new()
        {
            ["apiServer.http.port"] = "70000",
            ["store.type"] = "postgres",
            ["ipam.meshService.cidr"] = "nope",
            ["xdsServer.nackBackoff"] = "-5s",
        }));

        Assert.Equal(4, fault.Faults.Count);
        Assert.Contains(fault.Faults, f => f.StartsWith("apiServer.http.port", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mode=global", "multizone.zone.globalAddress=grpcs://global:5685")]
    [InlineData("multizone.zone.globalAddress=https://global:5685", "mode=zone")]
    [InlineData("multizone.zone.globalAddress=grpcs://global", "mode=zone")]
    [InlineData("multizone.zone.kds.auth.cpTokenInline=a", "multizone.zone.kds.auth.cpTokenPath=b")]
    [InlineData("multizone.global.kds.auth.type=mtls", "mode=global")]
    [InlineData("multizone.global.kds.tlsCertFile=a", "mode=global")]
    [InlineData("multizone.global.kds.keepAliveInterval=100ms", "mode=global")]
    [InlineData("general.tlsMinVersion=TLSv1_3", "general.tlsMaxVersion=TLSv1_2")]
    [InlineData("xdsServer.keepAliveInterval=100ms", "xdsServer.keepAliveTimeout=1s")]
    [InlineData("xdsServer.keepAliveInterval=1s", "xdsServer.keepAliveTimeout=0s")]
    public void Load_RolesThatDoNotFit_AreRefused(string one, string other)
    {
        var flags = new[] { one, other }.Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);

        Assert.Single(Assert.Throws<SettingsException>(() => Load(null, null, flags)).Faults);
    }

    [Theory]
    [InlineData("apiServer.http.port", "many")]
    [InlineData("apiServer.readOnly", "perhaps")]
    [InlineData("xdsServer.nackBackoff", "5 parsecs")]
    [InlineData("xdsServer.congestionControl", "two words")]
    [InlineData("xdsServer.congestionControl", "")]
    public void Load_ValueOfAnotherType_IsRefused(string path, string value)
    {
        Assert.Throws<SettingsException>(() => Load(null, null, new() { [path] = value }));
    }

    private static LoadedSettings Load(string? file = null, Dictionary<string, string>? environment = null, Dictionary<string, string>? flags = null) =>
        SettingsLoader.Load(new SettingsSources { File = file, Environment = environment ?? [], Flags = flags ?? [] });

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".yaml");

        public void Dispose() => File.Delete(Path);
    }
}
