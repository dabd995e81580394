using Mesh.Load.Http2;

namespace Mesh.Load.Tests.Http2;

/// <summary>Keeps what comes on a stream.</summary>
internal sealed class HandlerDouble : IGrpcHandler
{
    private readonly List<byte> _message = [];

    public GrpcStream? Stream { get; private set; }

    public List<byte[]> Messages { get; } = [];

    public List<string> Ends { get; } = [];

    public void Opened(GrpcStream stream) => Stream = stream;

    public void Received(ReadOnlySpan<byte> piece, int left)
    {
        _message.AddRange(piece);
        if (left == 0)
        {
            Messages.Add([.. _message]);
            _message.Clear();
        }
    }

    public void Ended(string reason) => Ends.Add(reason);
}
