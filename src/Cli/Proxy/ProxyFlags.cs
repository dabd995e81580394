using System.CommandLine;
using System.Globalization;

namespace Mesh.Cli.Proxy;

/// <summary>
/// Flags of <c>mesh proxy</c>: kuma-dp's names and <c>KUMA_*</c> variables (contract §5.1). A flag wins over its variable,
/// the variable over the default.
/// </summary>
internal sealed class ProxyFlags(Func<string, string?> environment)
{
    private readonly Dictionary<string, (Option<string?> Option, string[] Variables)> _texts = new(StringComparer.Ordinal);

    public Option<string[]> Variables { get; } = new("--dataplane-var", "-v")
    {
        Description = "Value for {{ KEY }} in the Dataplane resource: KEY=VALUE. May be given several times",
    };

    /// <summary>Adds all flags to a command.</summary>
    public void AddTo(Command command)
    {
        Add(command, ["--cp-address"], ["KUMA_CONTROL_PLANE_URL"], "Control plane (default: https://localhost:5678)");
        Add(command, ["--ca-cert-file"], ["KUMA_CONTROL_PLANE_CA_CERT_FILE"], "CA that signed the control plane's certificate");
        Add(command, ["--ca-cert"], ["KUMA_CONTROL_PLANE_CA_CERT"], "The same as text (PEM)");
        AddSwitch(command, ["--skip-verify"], ["KUMA_CONTROL_PLANE_TLS_SKIP_VERIFY"], "Do not verify the control plane's certificate");
        Add(command, ["--retry-backoff"], ["KUMA_CONTROL_PLANE_RETRY_BACKOFF"], "Time between two bootstrap requests (default: 3s)");
        Add(command, ["--retry-max-duration"], ["KUMA_CONTROL_PLANE_RETRY_MAX_DURATION"], "How long to go on asking (default: 5m)");
        Add(command, ["--dataplane-file", "-d"], ["KUMA_DATAPLANE_RUNTIME_RESOURCE_PATH"], "File with the Dataplane resource; '-' reads the standard input");
        Add(command, ["--dataplane"], ["KUMA_DATAPLANE_RUNTIME_RESOURCE"], "The Dataplane resource as text");
        Add(command, ["--name"], ["KUMA_DATAPLANE_NAME"], "Name of the Dataplane, where no resource names it");
        Add(command, ["--mesh"], ["KUMA_DATAPLANE_MESH"], "Mesh of the Dataplane, where no resource names it (default: default)");
        Add(command, ["--proxy-type"], ["KUMA_DATAPLANE_PROXY_TYPE"], "dataplane, the only type");
        Add(command, ["--dataplane-token-file"], ["KUMA_DATAPLANE_RUNTIME_TOKEN_PATH"], "File with the dataplane token");
        Add(command, ["--dataplane-token"], ["KUMA_DATAPLANE_RUNTIME_TOKEN"], "The dataplane token as text; the file is safer");
        Add(command, ["--envoy-path", "--binary-path"], ["KUMA_DATAPLANE_RUNTIME_BINARY_PATH"], "Envoy: a path, or a name looked for on PATH (default: envoy)");
        Add(command, ["--work-dir", "--config-dir"], ["KUMA_DATAPLANE_RUNTIME_WORK_DIR", "KUMA_DATAPLANE_RUNTIME_CONFIG_DIR"], "Folder for sockets and bootstrap (default: one under the state folder, or a temporary one)");
        Add(command, ["--keep-config"], ["MESH_PROXY_KEEP_CONFIG"], "Where the last good configuration is kept for a start without the control plane: disk, memory (for restarts of Envoy alone) or off (default: disk)");
        Add(command, ["--state-dir"], ["MESH_PROXY_STATE_DIR"], "Folder for it; holds keys, only the owner may read it (default: /var/lib/mesh/proxies for root, else ~/.local/state/mesh/proxies)");
        Add(command, ["--concurrency"], ["KUMA_DATAPLANE_RUNTIME_CONCURRENCY"], "Envoy's worker threads (default: Envoy decides)");
        Add(command, ["--drain-time"], ["KUMA_DATAPLANE_DRAIN_TIME"], "How long connections may go on after a stop was asked for (default: 30s)");
        AddSwitch(command, ["--dns-enabled"], ["KUMA_DNS_ENABLED"], "Answer DNS questions for names of the mesh (default: true)");
        Add(command, ["--dns-proxy-port"], ["KUMA_DNS_PROXY_PORT"], "Port of the DNS server (default: 15053; 0: any free port)");
        Add(command, ["--readiness-port"], ["KUMA_READINESS_PORT", "KUMA_DATAPLANE_READINESS_PORT"], "Port of the readiness reporter (default: 9902; 0: any free port)");
        AddSwitch(command, ["--transparent-proxy"], ["KUMA_DATAPLANE_RUNTIME_TRANSPARENT_PROXY", "KUMA_TRANSPARENT_PROXY_ENABLED"], "The machine redirects traffic to the proxy");
        Add(command, ["--transparent-proxy-config"], ["KUMA_DATAPLANE_RUNTIME_TRANSPARENT_PROXY_CONFIG"], "How it does: YAML as text or the name of a file");
        AddSwitch(command, ["--bind-outbounds"], ["KUMA_DATAPLANE_RUNTIME_BIND_OUTBOUNDS"], "Listen on a loopback address for every service");
        Add(command, ["--envoy-log-level"], ["KUMA_DATAPLANE_RUNTIME_ENVOY_LOG_LEVEL"], "Envoy's log level (default: info)");
        Add(command, ["--envoy-component-log-level"], ["KUMA_DATAPLANE_RUNTIME_ENVOY_COMPONENT_LOG_LEVEL"], "Envoy's log levels by component");
        Add(command, ["--metrics-cert-path"], ["KUMA_DATAPLANE_RUNTIME_METRICS_CERT_PATH"], "Certificate of the metrics endpoint");
        Add(command, ["--metrics-key-path"], ["KUMA_DATAPLANE_RUNTIME_METRICS_KEY_PATH"], "Key of the metrics endpoint");
        Add(command, ["--system-ca-path"], ["KUMA_DATAPLANE_RUNTIME_SYSTEM_CA_PATH"], "File with the machine's CA certificates");
        Add(command, ["--spire-socket-path"], ["KUMA_DATAPLANE_RUNTIME_SPIRE_SOCKET_PATH"], "Socket of a SPIRE agent");
        command.Add(Variables);
    }

    /// <summary>The text of a flag or its variable, else empty.</summary>
    public string Text(ParseResult result, string flag)
    {
        var (option, variables) = _texts[flag];
        return result.GetValue(option) ?? variables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
    }

    /// <summary>A switch.</summary>
    /// <exception cref="CliException">It is neither true nor false.</exception>
    public bool Switch(ParseResult result, string flag, bool fallback) => Text(result, flag) switch
    {
        "" => fallback,
        "true" or "True" or "TRUE" or "1" or "t" => true,
        "false" or "False" or "FALSE" or "0" or "f" => false,
        var other => throw new CliException($"{flag}: '{other}' is neither true nor false", ExitCodes.Usage),
    };

    /// <summary>A whole number from 0 to <paramref name="max"/>.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public uint Number(ParseResult result, string flag, uint fallback, uint max)
    {
        var text = Text(result, flag);
        return text.Length == 0 ? fallback
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number
            : throw new CliException($"{flag}: '{text}' is no number from 0 to {max}", ExitCodes.Usage);
    }

    private void Add(Command command, string[] names, string[] variables, string description)
    {
        var option = new Option<string?>(names[0], names[1..]) { Description = $"{description} [{variables[0]}]" };
        _texts[names[0]] = (option, variables);
        command.Add(option);
    }

    /// <summary>A flag that means "true" where no value follows.</summary>
    private void AddSwitch(Command command, string[] names, string[] variables, string description)
    {
        var option = new Option<string?>(names[0], names[1..])
        {
            Description = $"{description} [{variables[0]}]",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = argument => argument.Tokens.Count == 0 ? "true" : argument.Tokens[0].Value,
        };
        _texts[names[0]] = (option, variables);
        command.Add(option);
    }
}
