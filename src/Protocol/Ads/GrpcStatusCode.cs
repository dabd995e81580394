namespace Mesh.Protocol.Ads;

/// <summary>The gRPC status codes that a discovery stream can end with. The numbers are gRPC's.</summary>
public enum GrpcStatusCode
{
    Ok = 0,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
