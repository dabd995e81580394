using Mesh.Load.Http2;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>
/// A discovery stream of a virtual Envoy; how requests and responses look is the method's. What the server ends while the connection lasts is
/// opened again after a pause, with the versions that the Envoy has, as Envoy does.
/// </summary>
internal abstract class EnvoyStream(EnvoyContext context, EnvoyState state) : IGrpcHandler
{
    private const byte ErrorCode = 0x08;
    private const byte ErrorMessage = 0x12;

    private GrpcStream? _stream;
    private byte[]? _withheld;
    private RetryBackoff _backoff;
    private bool _wasAnswered;
    private bool _nodeSent;
    private bool _isSynced;

    /// <summary>Whether it rejects every change of a load assignment.</summary>
    public bool Rejects { get; init; }

    protected EnvoyContext Context => context;

    protected EnvoyState State => state;

    public void Opened(GrpcStream stream)
    {
        _stream = stream;
        _withheld = null;
        _wasAnswered = _nodeSent = false;
        state.Ask(XdsKind.Cluster);
        _isSynced = state.IsSynced;
        foreach (var kind in XdsKind.All)
        {
            if (state.Find(kind) is { } held && (kind.IsWildcard || held.Entries.Count > 0))
            {
                WriteFirst(held);
                Send();
            }
        }

        context.Observer.Opened(state.Index);
    }

    public void Received(ReadOnlySpan<byte> message)
    {
        _wasAnswered = true;
        var kind = ReadHead(message, out var nonce);
        if (kind is null || state.Find(kind) is not { } held || nonce.IsEmpty)
        {
            context.Violations.Add(ViolationKind.Malformed, state.Index, kind, nonce.IsEmpty ? "without a nonce" : "of a type not asked for");
            return;
        }

        if (Rejects && kind == XdsKind.Endpoint && _isSynced)
        {
            context.Observer.Received(state.Index, 0, message.Length);
            Answer(held, nonce, "rejected, to see what the server does");
            context.Observer.Answered(state.Index, isAccepted: false);
            return;
        }

        // After the first time clusters are accepted when they are warm (Envoy pauses their type meanwhile).
        var mayWithhold = _isSynced && kind == XdsKind.Cluster;
        var resources = Take(held, message);
        held.WasAnswered = true;
        context.Observer.Received(state.Index, resources, message.Length);
        SendChanges();
        if (mayWithhold && state.IsWarming)
        {
            _withheld = nonce.ToArray();
        }
        else
        {
            Answer(held, nonce, null);
            context.Observer.Answered(state.Index, isAccepted: true);
        }

        GoOn();
    }

    public void Ended(string reason)
    {
        if (!_stream!.CanReopen)
        {
            context.Observer.Lost(state.Index, wasOpen: true, reason);
            return;
        }

        if (_wasAnswered)
        {
            _backoff.Reset();
        }

        context.Observer.Ended(state.Index, _wasAnswered, reason);
        context.After(_backoff.Next(context.Random), ComeAgain);
    }

    /// <summary>Takes the resources of a response and says how many there were.</summary>
    protected abstract int Take(HeldType held, ReadOnlySpan<byte> message);

    /// <summary>Writes the first request of a type on this stream.</summary>
    protected abstract void WriteFirst(HeldType held);

    /// <summary>Writes a request that asks for more or fewer names.</summary>
    protected abstract void WriteChange(HeldType held);

    /// <summary>Writes the answer to a response.</summary>
    /// <param name="error">Why it is rejected; null: it is accepted.</param>
    protected abstract void WriteAnswer(HeldType held, ReadOnlySpan<byte> nonce, string? error);

    /// <summary>Writes the node, on the first request only.</summary>
    protected void WriteNode(byte tag)
    {
        if (!_nodeSent)
        {
            _nodeSent = true;
            FieldWriter.WriteBytes(context.Request, tag, context.NodeOf(state.Index));
        }
    }

    /// <summary>Writes why a response is rejected, as a <c>google.rpc.Status</c>.</summary>
    protected void WriteError(byte tag, string error)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(error);
        FieldWriter.WriteHead(context.Request, tag, 2 + FieldWriter.SizeOfBytes(text.Length));
        context.Request.GetSpan(2)[0] = ErrorCode;
        context.Request.GetSpan(2)[1] = 13;
        context.Request.Advance(2);
        FieldWriter.WriteBytes(context.Request, ErrorMessage, text);
    }

    private void ComeAgain()
    {
        if (_stream!.IsDropped)
        {
            return;
        }

        if (!_stream.CanReopen)
        {
            context.Observer.Lost(state.Index, wasOpen: false, "the connection ended before the stream was opened again");
            return;
        }

        context.Observer.ComesAgain(state.Index);
        _stream.TryReopen();
    }

    private void SendChanges()
    {
        foreach (var kind in XdsKind.All)
        {
            if (context.Changes.Has(kind) && state.Find(kind) is { } held)
            {
                WriteChange(held);
                Send();
            }
        }

        context.Changes.Clear();
    }

    /// <summary>What becomes possible when nothing is waited for.</summary>
    private void GoOn()
    {
        if (state.IsWarming)
        {
            return;
        }

        if (_withheld is { } nonce)
        {
            _withheld = null;
            Answer(state.Find(XdsKind.Cluster)!, nonce, null);
            context.Observer.Answered(state.Index, isAccepted: true);
        }

        if (state.Find(XdsKind.Listener) is null && state.Find(XdsKind.Cluster) is { WasAnswered: true })
        {
            WriteFirst(state.Ask(XdsKind.Listener));
            Send();
        }

        if (!_isSynced && state.IsSynced)
        {
            _isSynced = true;
            context.Observer.Synced(state.Index);
        }
    }

    /// <summary>The type and the nonce of a response: both methods number these fields alike.</summary>
    private static XdsKind? ReadHead(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> nonce)
    {
        XdsKind? kind = null;
        nonce = default;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            if (fields.Field == 4)
            {
                kind = XdsKind.Find(fields.Bytes);
            }
            else if (fields.Field == 5)
            {
                nonce = fields.Bytes;
            }
        }

        return kind;
    }

    private void Answer(HeldType held, ReadOnlySpan<byte> nonce, string? error)
    {
        WriteAnswer(held, nonce, error);
        Send();
    }

    private void Send()
    {
        _stream!.Send(context.Request.WrittenSpan);
        context.Request.ResetWrittenCount();
    }
}
