using Mesh.Load.Http2;
using Mesh.Load.Responses;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>
/// A discovery stream of a virtual Envoy; how requests and responses look is the method's. What ends, not by us, is opened again after a pause, with the versions
/// that the Envoy has, as Envoy does: on the same connection if that can carry it, else on a new one.
/// </summary>
/// <param name="reconnect">Opens a stream on a new connection; it is told of success or failure as at first.</param>
internal abstract class EnvoyStream(EnvoyContext context, EnvoyState state, Action<EnvoyStream> reconnect) : IGrpcHandler
{
    private const byte ErrorCode = 0x08;
    private const byte ErrorMessage = 0x12;

    private GrpcStream? _stream;
    private ResponseReader? _response;
    private byte[]? _withheld;
    private RetryBackoff _backoff;
    private StreamPresence _presence;
    private bool _wasAnswered;
    private bool _nodeSent;
    private bool _isSynced;
    private bool _wasSynced;
    private bool _isDropped;

    /// <summary>Whether it rejects every change of a load assignment.</summary>
    public bool Rejects { get; init; }

    protected EnvoyContext Context => context;

    protected EnvoyState State => state;

    /// <summary>Whether responses are <c>DeltaDiscoveryResponse</c>s.</summary>
    protected abstract bool IsDelta { get; }

    public void Opened(GrpcStream stream)
    {
        if (_presence is StreamPresence.Ended or StreamPresence.Lost)
        {
            context.Observer.CameAgain(state.Index, _presence == StreamPresence.Lost);
        }

        _presence = StreamPresence.Open;
        _stream = stream;
        _withheld = null;
        _wasAnswered = _nodeSent = false;
        state.BeginStream();
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

    public void Received(ReadOnlySpan<byte> piece, int left)
    {
        _response ??= context.Responses.Rent(IsDelta);
        _response.Take(piece, left);
        if (left == 0)
        {
            _wasAnswered = true;
            Take(_response);
            ForgetResponse();
        }
        else
        {
            context.Observer.Coming();
        }
    }

    public void Ended(string reason)
    {
        // What came of a response that is not complete counts for nothing.
        ForgetResponse();
        if (_presence == StreamPresence.Open)
        {
            if (_wasAnswered)
            {
                _backoff.Reset();
            }

            if (_stream!.CanReopen)
            {
                _presence = StreamPresence.Ended;
                context.Observer.Ended(state.Index, _wasAnswered, reason);
            }
            else
            {
                _presence = StreamPresence.Lost;
                context.Observer.Lost(state.Index, wasOpen: true, reason);
            }
        }
        else
        {
            context.Observer.Failed(state.Index, reason);
        }

        context.After(_backoff.Next(context.Random), ComeAgain);
    }

    /// <summary>Its process ends: it does not come again.</summary>
    public void Drop()
    {
        _isDropped = true;
        ForgetResponse();
    }

    /// <summary>Takes the resources of a response and says how many there were.</summary>
    protected abstract int Take(HeldType held, ResponseReader response);

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

    /// <summary>Takes one resource of a response.</summary>
    /// <param name="isFullState">Whether the response repeats what did not change because it must.</param>
    /// <returns>False: it is none of the type of the response.</returns>
    protected bool Take(HeldType held, int number, bool isFullState)
    {
        if (number == FactTable.Unknown || context.Facts[number] is var fact && fact.Kind != held.Kind)
        {
            context.Violations.Add(ViolationKind.Malformed, state.Index, held.Kind, "with what is no resource of its type");
            return false;
        }

        if (state.Take(held, number, context.Changes, isFullState) && fact.Stamp > 0)
        {
            context.Observer.Aged(fact.Stamp);
        }

        return true;
    }

    private void Take(ResponseReader response)
    {
        var kind = response.Kind;
        var nonce = response.Nonce;
        if (response.IsMalformed || kind is null || state.Find(kind) is not { } held || nonce.IsEmpty)
        {
            var why = response.IsMalformed ? "that is no message" : nonce.IsEmpty ? "without a nonce" : "of a type not asked for";
            context.Violations.Add(ViolationKind.Malformed, state.Index, kind, why);
            return;
        }

        if (Rejects && kind == XdsKind.Endpoint && _isSynced)
        {
            context.Observer.Received(state.Index, 0, response.Length);
            Answer(held, nonce, "rejected, to see what the server does");
            context.Observer.Answered(state.Index, isAccepted: false);
            return;
        }

        // After the first time clusters are accepted when they are warm (Envoy pauses their type meanwhile).
        var mayWithhold = _isSynced && kind == XdsKind.Cluster;
        var resources = Take(held, response);
        held.WasAnswered = true;
        context.Observer.Received(state.Index, resources, response.Length);
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

    private void ForgetResponse()
    {
        if (_response is not null)
        {
            context.Responses.Return(_response);
            _response = null;
        }
    }

    private void ComeAgain()
    {
        if (_isDropped)
        {
            return;
        }

        if (_stream is { CanReopen: true } stream)
        {
            stream.TryReopen();
            return;
        }

        if (_presence == StreamPresence.Ended)
        {
            _presence = StreamPresence.Lost;
            context.Observer.Lost(state.Index, wasOpen: false, "the connection ended before the stream was opened again");
        }

        reconnect(this);
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
            if (!_wasSynced)
            {
                _wasSynced = true;
                context.Observer.Synced(state.Index);
            }
        }
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
