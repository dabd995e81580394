using System.CommandLine;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh run</c>: a control plane. Without arguments a zone on its own with its store in <c>./data</c>.</summary>
internal static class RunCommand
{
    private static readonly (string Name, string Path, string Description)[] _flags =
    [
        ("--mode", "mode", "Role: zone or global (default: zone)"),
        ("--zone", "multizone.zone.name", "Name of this zone (default: default)"),
        ("--global-address", "multizone.zone.globalAddress", "Global control plane, e.g. grpcs://global:5685; empty: this zone stands on its own"),
        ("--store", "store.type", "Where resources live: embedded or memory (default: embedded)"),
        ("--data-dir", "store.dataDir", "Folder of the embedded store (default: ./data)"),
        ("--http-port", "apiServer.http.port", "REST without TLS (default: 5681; 0: any free port)"),
        ("--https-port", "apiServer.https.port", "REST with TLS (default: 5682; 0: any free port)"),
        ("--dataplane-port", "dpServer.port", "Bootstrap and ADS (default: 5678; 0: any free port)"),
        ("--zones-port", "multizone.global.kds.grpcPort", "Zones connect here, in mode global (default: 5685; 0: any free port)"),
        ("--diagnostics-port", "diagnostics.serverPort", "Health, readiness and metrics (default: 5680; 0: any free port)"),
    ];

    public static Command Create()
    {
        var file = new Option<string?>("--config-file", "-c") { Description = "Settings file (default: mesh.yaml, where there is one)" };
        var set = new Option<string[]>("--set") { Description = "Any setting: PATH=VALUE, e.g. --set apiServer.readOnly=true" };
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged", DefaultValueFactory = _ => LogLevel.Information };
        var flags = _flags.Select(f => (Option: new Option<string?>(f.Name) { Description = f.Description }, f.Path)).ToArray();
        var command = new Command("run", "Run a control plane") { file, set, logLevel };
        foreach (var (option, _) in flags)
        {
            command.Add(option);
        }

        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (option, path) in flags)
            {
                if (result.GetValue(option) is { } value)
                {
                    values[path] = value;
                }
            }

            foreach (var pair in result.GetValue(set) ?? [])
            {
                var separator = pair.IndexOf('=', StringComparison.Ordinal);
                values[separator > 0 ? pair[..separator] : throw new CliException($"--set {pair}: write PATH=VALUE", ExitCodes.Usage)] = pair[(separator + 1)..];
            }

            return await RunAsync(
                new SettingsSources { File = result.GetValue(file), Environment = SettingsSources.ProcessEnvironment(), Flags = values },
                result.GetValue(logLevel),
                result.InvocationConfiguration.Output,
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(SettingsSources sources, LogLevel level, TextWriter output, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(level)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning)
            // It logs with a stack trace what it then throws, and what was thrown is told below.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            }));
        try
        {
            using var stop = new StopSignal(cancellationToken);
            var loaded = SettingsLoader.Load(sources);
            foreach (var warning in loaded.Warnings)
            {
                await output.WriteLineAsync($"Warning: {warning}");
            }

            await using var controlPlane = await ControlPlane.StartAsync(loaded.Settings, loggers, TimeProvider.System, stop.Requested);
            await PrintAsync(controlPlane.Addresses, output);
            if (loaded.Settings.XdsServer.Rehearse)
            {
                controlPlane.Rehearse();
            }

            await stop.WaitAsync();
            await output.WriteLineAsync("stopping");
            return ExitCodes.Success;
        }
        catch (SettingsException e)
        {
            throw new CliException(e.Message);
        }
    }

    private static async Task PrintAsync(ControlPlaneAddresses addresses, TextWriter output)
    {
        await output.WriteLineAsync("control plane is ready");
        if (addresses.Http is { } http)
        {
            await output.WriteLineAsync($"  REST          {http}");
        }

        if (addresses.Https is { } https)
        {
            await output.WriteLineAsync($"  REST (TLS)    {https}");
        }

        if (addresses.Proxies is { } proxies)
        {
            await output.WriteLineAsync($"  data planes   {proxies}");
        }

        if (addresses.Zones is { } zones)
        {
            await output.WriteLineAsync($"  zones         {zones}");
        }

        await output.WriteLineAsync($"  diagnostics   {addresses.Diagnostics}");
    }
}
