namespace Mesh.Sidecar;

/// <summary>A reason why the sidecar cannot go on; the message is for the one who started it.</summary>
/// <param name="exitCode">Exit code of the process.</param>
public sealed class SidecarException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Something failed.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for makes no sense.</summary>
    public const int BadInput = 2;

    /// <summary>There is no Envoy.</summary>
    public const int NoEnvoy = 3;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;
}
