namespace Mesh.Load.Http2;

/// <summary>A call to be made.</summary>
/// <param name="Headers">Its header block, as <see cref="HeaderBlock.OfCall"/> writes it.</param>
/// <param name="Handler">Takes what comes.</param>
internal sealed record GrpcCall(byte[] Headers, IGrpcHandler Handler);
