namespace Mesh.Sidecar.Relay;

/// <summary>How a gRPC call ended.</summary>
/// <param name="Code">gRPC status.</param>
/// <param name="Message">Text for the other side.</param>
internal readonly record struct RelayStatus(int Code, string Message)
{
    public const int Ok = 0;
    public const int Unknown = 2;
    public const int Unavailable = 14;

    /// <summary>An end in order.</summary>
    public static readonly RelayStatus Done = new(Ok, "");

    private const int InvalidArgument = 3;
    private const int NotFound = 5;
    private const int PermissionDenied = 7;
    private const int FailedPrecondition = 9;
    private const int Unimplemented = 12;
    private const int Unauthenticated = 16;

    /// <summary>Whether somebody in charge has said no: what was kept counts for nothing then.</summary>
    public bool IsRefusal =>
        Code is InvalidArgument or NotFound or PermissionDenied or FailedPrecondition or Unimplemented or Unauthenticated;
}
