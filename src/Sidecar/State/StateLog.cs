using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.State;

/// <summary>What is told about saved state. Never its content.</summary>
internal static partial class StateLog
{
    [LoggerMessage(50, LogLevel.Warning, "The configuration cannot be kept in {Folder}, so this proxy cannot be restarted while the control plane is away ({Reason}): name another folder with --state-dir, or pass --keep-config memory")]
    public static partial void FolderUnusable(this ILogger logger, string folder, string reason);

    [LoggerMessage(51, LogLevel.Warning, "The saved configuration {File} is not used and put aside as {Aside}: {Reason}")]
    public static partial void StateSetAside(this ILogger logger, string file, string aside, string reason);

    [LoggerMessage(52, LogLevel.Error, "The configuration could not be saved to {File}, the former one stays; tried again: {Reason}")]
    public static partial void StateNotSaved(this ILogger logger, string file, string reason);

    [LoggerMessage(53, LogLevel.Information, "The configuration is saved to {File} again")]
    public static partial void StateSavedAgain(this ILogger logger, string file);

    [LoggerMessage(54, LogLevel.Warning, "The saved configuration of {SavedAt:u} is not used: {Reason}")]
    public static partial void StateUnused(this ILogger logger, DateTimeOffset savedAt, string reason);

    [LoggerMessage(55, LogLevel.Warning, "The control plane {ControlPlane} cannot be reached ({Reason}): Envoy starts with the bootstrap saved at {SavedAt:u}")]
    public static partial void SavedBootstrapUsed(this ILogger logger, Uri controlPlane, string reason, DateTimeOffset savedAt);
}
