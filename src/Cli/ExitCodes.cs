namespace Mesh.Cli;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The command was understood and failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>Something that must be installed is missing, such as Envoy.</summary>
    public const int Missing = 3;
}
