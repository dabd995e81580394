namespace Mesh.Cli;

/// <summary>A command that cannot do what it was asked: the message goes to the error output, the process ends with a code.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode => exitCode;
}
