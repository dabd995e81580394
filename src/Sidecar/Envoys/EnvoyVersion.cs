using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mesh.Sidecar.Envoys;

/// <summary>Version of an Envoy.</summary>
/// <param name="Version">e.g. <c>1.40.0</c>.</param>
/// <param name="Build">e.g. <c>9e55.../1.40.0/Clean/RELEASE/BoringSSL</c>.</param>
internal sealed partial record EnvoyVersion(string Version, string Build)
{
    /// <summary>Oldest version whose API has all that control planes use.</summary>
    public static Version Oldest { get; } = new(1, 30);

    /// <summary>Whether the version is one that is known to work.</summary>
    public bool IsCompatible => System.Version.TryParse(Version, out var version) && version >= Oldest;

    /// <summary>Asks the program.</summary>
    /// <exception cref="SidecarException">It does not answer as an Envoy does.</exception>
    public static async Task<EnvoyVersion> ReadAsync(string program, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return Parse(output)
                ?? throw new SidecarException(
                    SidecarException.Failed, $"{program} is no Envoy: \"--version\" prints: {(output + await errors.ConfigureAwait(false)).Trim()}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SidecarException(SidecarException.Failed, $"{program} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Reads what <c>envoy --version</c> prints; null where that is something else.</summary>
    public static EnvoyVersion? Parse(string output)
    {
        var match = Pattern().Match(output);
        return match.Success ? new EnvoyVersion(match.Groups["version"].Value, match.Groups["build"].Value) : null;
    }

    [GeneratedRegex(@"version:\s*(?<build>[0-9a-f]+/(?<version>\d+\.\d+\.\d+)[^/\s]*/\S+)")]
    private static partial Regex Pattern();
}
