using System.Collections.Concurrent;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Mesh.Server.Tests.Ads;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.DataPlane;

/// <summary>A control plane that comes back recognises a proxy that has what it was given, and sends it nothing.</summary>
public sealed class RestartTests : IDisposable
{
    private const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private const string Listeners = "type.googleapis.com/envoy.config.listener.v3.Listener";
    private const string Dataplane =
        "{type: Dataplane, mesh: default, name: web-1, labels: {kuma.io/workload: web}, networking: {address: 127.0.0.1, inbound: [{port: 8080, name: main, protocol: http}]}}";

    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-restart").FullName;
    private readonly Events _events = new();

    public void Dispose()
    {
        _events.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Restart_ProxyWithWhatItWasGiven_IsRecognisedAndSentNothingOfIt()
    {
        const int MostRestarts = 5;
        Dictionary<string, string> held;
        await using (var first = await StartAsync())
        {
            using var envoy = Connect(first);
            using var stream = envoy.OpenDelta();
            await stream.SubscribeAsync(Clusters);
            held = (await stream.AcceptAsync()).Resources.ToDictionary(resource => resource.Name, resource => resource.Version);
            Assert.NotEmpty(held);
        }

        Assert.DoesNotContain("ProxyRecognised", _events.Names);
        for (var restarts = 1; ; restarts++)
        {
            await using var next = await StartAsync();
            using var envoy = Connect(next);
            using var stream = envoy.OpenDelta();
            await stream.SendAsync(new DeltaDiscoveryRequest { TypeUrl = Clusters, InitialResourceVersions = { held } });
            var response = stream.ReadAsync();
            var recognised = _events.UntilAsync("ProxyRecognised");
            if (await Task.WhenAny(response, recognised) == recognised)
            {
                await recognised;

                // Listeners are asked for without versions: had they been asked for before it was recognised, it would not be.
                await stream.SubscribeAsync(Listeners);
                Assert.Equal(Listeners, (await response).TypeUrl);
                return;
            }

            // It left before it had what a control plane that had only begun made of its defaults meanwhile.
            Assert.InRange(restarts, 1, MostRestarts);
            foreach (var changed in (await response).Resources)
            {
                held[changed.Name] = changed.Version;
            }
        }
    }

    [Fact]
    public async Task Restart_FilesOfManifestsBroken_StartsAllTheSame()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "manifests", "CURRENT"), "something else", TestContext.Current.CancellationToken);
        await using var second = await StartAsync();
        Assert.True(File.Exists(Path.Combine(_folder, "manifests", "CURRENT.damaged")));
    }

    private static FakeEnvoy Connect(ControlPlane controlPlane)
    {
        var envoy = FakeEnvoy.Connect(controlPlane.Addresses.DataPlane, "default.web-1");
        envoy.Node.Metadata = new Struct { Fields = { ["dataplane.resource"] = Value.ForString(Dataplane) } };
        return envoy;
    }

    private Task<ControlPlane> StartAsync()
    {
        var flags = new Dictionary<string, string>
        {
            ["store.dataDir"] = _folder,
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["dpServer.plainText"] = "true",
            ["dpServer.authn.dpProxy.type"] = "none",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        return ControlPlane.StartAsync(
            SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings, _events, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Names of the events that were logged.</summary>
    private sealed class Events : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _names = new();

        public IReadOnlyCollection<string> Names => _names;

        /// <summary>Waits until an event of this name was logged.</summary>
        public Task UntilAsync(string name) =>
            AdsServer.UntilAsync(() => _names.Contains(name), () => $"{name} was not logged, but {string.Join(", ", _names)}");

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _names.Enqueue(eventId.Name ?? "");

        public void Dispose()
        {
        }
    }
}
