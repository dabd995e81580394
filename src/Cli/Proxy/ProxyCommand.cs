using System.CommandLine;
using Mesh.Cli.Commands;
using Mesh.Model.Values;
using Mesh.Sidecar;
using Mesh.Sidecar.Running;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Proxy;

/// <summary><c>mesh proxy</c>: one Envoy sidecar.</summary>
internal static class ProxyCommand
{
    private const string DefaultControlPlane = "https://localhost:5678";

    public static Command Create() => Create(Environment.GetEnvironmentVariable);

    internal static Command Create(Func<string, string?> environment)
    {
        var flags = new ProxyFlags(environment);
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged", DefaultValueFactory = _ => LogLevel.Information };
        var command = new Command("proxy", "Run an Envoy sidecar") { logLevel };
        flags.AddTo(command);
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            try
            {
                var options = Read(flags, result);
                using var loggers = LoggerFactory.Create(logging => logging
                    .SetMinimumLevel(result.GetValue(logLevel))
                    .AddSimpleConsole(console =>
                    {
                        console.SingleLine = true;
                        console.UseUtcTimestamp = true;
                        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                    }));
                using var signals = new DrainSignals(cancellationToken);
                await new SidecarRunner(options, TimeProvider.System, loggers).RunAsync(signals.Drain, signals.Now);
                return ExitCodes.Success;
            }
            catch (SidecarException e)
            {
                throw new CliException(e.Message, e.ExitCode);
            }
        });
        return command;
    }

    private static SidecarOptions Read(ProxyFlags flags, ParseResult result)
    {
        string Text(string flag) => flags.Text(result, flag);

        if (Text("--proxy-type") is not ("" or "dataplane") and var type)
        {
            throw new CliException($"--proxy-type: '{type}' is not known; zone proxies are Dataplanes with listeners too", ExitCodes.Usage);
        }

        return new SidecarOptions
        {
            ControlPlane = ControlPlane(Text("--cp-address")),
            CaCert = Text("--ca-cert") is { Length: > 0 } pem ? pem : ReadFile("--ca-cert-file", Text("--ca-cert-file")),
            SkipVerify = flags.Switch(result, "--skip-verify", false),
            RetryBackoff = Duration(flags, result, "--retry-backoff", TimeSpan.FromSeconds(3)),
            RetryMaxDuration = Duration(flags, result, "--retry-max-duration", TimeSpan.FromMinutes(5)),
            Mesh = Text("--mesh"),
            Name = Text("--name"),
            Dataplane = Text("--dataplane") is { Length: > 0 } resource ? resource : ReadFile("--dataplane-file", Text("--dataplane-file")),
            Variables = Input.Variables.Parse(result.GetValue(flags.Variables) ?? []),
            Token = Text("--dataplane-token"),
            TokenFile = Text("--dataplane-token-file"),
            EnvoyPath = Text("--envoy-path") is { Length: > 0 } envoy ? envoy : "envoy",
            WorkDir = Text("--work-dir"),
            KeepConfiguration = Keep(Text("--keep-config")),
            StateDir = Text("--state-dir"),
            Concurrency = flags.Number(result, "--concurrency", 0, 1024),
            DrainTime = Duration(flags, result, "--drain-time", TimeSpan.FromSeconds(30)),
            DnsEnabled = flags.Switch(result, "--dns-enabled", true),
            DnsPort = (ushort)flags.Number(result, "--dns-proxy-port", 15053, ushort.MaxValue),
            ReadinessPort = (ushort)flags.Number(result, "--readiness-port", 9902, ushort.MaxValue),
            TransparentProxy = TransparentProxy(flags, result),
            BindOutbounds = flags.Switch(result, "--bind-outbounds", false),
            EnvoyLogLevel = Text("--envoy-log-level") is { Length: > 0 } level ? level : "info",
            EnvoyComponentLogLevel = Text("--envoy-component-log-level"),
            MetricsCertPath = Text("--metrics-cert-path"),
            MetricsKeyPath = Text("--metrics-key-path"),
            SystemCaPath = Text("--system-ca-path"),
            SpireSocketPath = Text("--spire-socket-path"),
        };
    }

    private static KeepConfiguration Keep(string text) => text switch
    {
        "" or "disk" => KeepConfiguration.Disk,
        "memory" => KeepConfiguration.Memory,
        "off" => KeepConfiguration.Off,
        _ => throw new CliException($"--keep-config: '{text}' is not known; write disk, memory or off", ExitCodes.Usage),
    };

    private static TransparentProxyOptions? TransparentProxy(ProxyFlags flags, ParseResult result)
    {
        var config = flags.Text(result, "--transparent-proxy-config");
        if (config.Length > 0)
        {
            // One value for both: what has several lines, or a colon and no such file, is the text itself.
            var text = config.Contains('\n') || (config.Contains(':') && !File.Exists(config)) ? config : ReadFile("--transparent-proxy-config", config);
            return TransparentProxyConfig.Parse(text);
        }

        return flags.Switch(result, "--transparent-proxy", false) ? new TransparentProxyOptions() : null;
    }

    private static Uri ControlPlane(string address)
    {
        var text = address.Length == 0 ? DefaultControlPlane : address;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw new CliException($"--cp-address: '{text}' is no address; write https://HOST:PORT", ExitCodes.Usage);
    }

    private static TimeSpan Duration(ProxyFlags flags, ParseResult result, string flag, TimeSpan fallback)
    {
        var text = flags.Text(result, flag);
        return text.Length == 0 ? fallback
            : GoDuration.TryParse(text, out var duration) && duration.ToTimeSpan() >= TimeSpan.Zero ? duration.ToTimeSpan()
            : throw new CliException($"{flag}: '{text}' is no duration; write 30s, 1m30s or 500ms", ExitCodes.Usage);
    }

    private static string ReadFile(string flag, string path)
    {
        if (path.Length == 0)
        {
            return "";
        }

        try
        {
            return path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{flag}: {e.Message}", ExitCodes.Usage);
        }
    }
}
