namespace Mesh.Server.Ads.Grpc;

/// <summary>What was read of a stream of messages.</summary>
internal enum FrameRead
{
    /// <summary>Part of a message: more is needed.</summary>
    Incomplete,

    /// <summary>A message.</summary>
    Message,

    /// <summary>The client's side ended in order, or reading was cancelled.</summary>
    End,
}
