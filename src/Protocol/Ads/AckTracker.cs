using System.Diagnostics;
using System.Numerics;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The responses of one type that wait for an answer, oldest first. Bounded: a client that never answers (Envoy drops
/// types it is not subscribed to in silence) makes us forget the oldest, and names that are told again are kept once.
/// </summary>
internal sealed class AckTracker(SentNamesTable lists)
{
    /// <summary>Responses remembered at most.</summary>
    public const int Capacity = 32;

    /// <summary>Names up to which a response has an array of its own, which is kept for a later response of the channel: looking for a list costs more.</summary>
    private const int FewNames = 4;

    // From Count on: only arrays that are kept.
    private SentResponse[] _waiting = [];

    public int Count { get; private set; }

    public ReadOnlySpan<SentResponse> Waiting => _waiting.AsSpan(0, Count);

    /// <summary>Remembers a response and its names, which are in the order of their symbols and referenced meanwhile.</summary>
    public void Add(SentResponse response, ReadOnlySpan<SentName> names)
    {
        if (Count == Capacity)
        {
            Forget(Take(0));
        }

        if (Count == _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(1, Count * 2));
        }

        Debug.Assert(Count == 0 || _waiting[Count - 1].Nonce < response.Nonce, "nonces grow");
        response.Count = names.Length;
        if (names.Length > FewNames)
        {
            var many = lists.Acquire(names);
            ForgetToldAgain(many);
            response.List = many;
        }
        else if (names.Length > 0)
        {
            response.List = Keep(names);
        }

        _waiting[Count++] = response;
    }

    /// <summary>The newest response was written to its end only now: its answer is waited for from now on.</summary>
    public void SentWhole(long nonce, long now)
    {
        if (Count > 0 && _waiting[Count - 1].Nonce == nonce)
        {
            _waiting[Count - 1].At = now;
        }
    }

    /// <summary>Takes out the response of a nonce; the caller gives it to <see cref="Forget"/> afterwards.</summary>
    public bool TryTake(long nonce, out SentResponse response)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_waiting[i].Nonce == nonce)
            {
                response = Take(i);
                return true;
            }
        }

        response = default;
        return false;
    }

    /// <summary>Lets go of a response's names.</summary>
    public void Forget(in SentResponse response)
    {
        if (response.List is SentNames many)
        {
            lists.Release(many);
            return;
        }

        foreach (var sent in response.Names)
        {
            lists.Symbols.Release(sent.Name);
        }

        if (Count < _waiting.Length)
        {
            _waiting[Count].List ??= response.List;
        }
    }

    public void Clear()
    {
        while (Count > 0)
        {
            Forget(Take(Count - 1));
        }
    }

    private SentName[] Keep(ReadOnlySpan<SentName> names)
    {
        var kept = (SentName[]?)_waiting[Count].List;
        if (kept is null || kept.Length < names.Length)
        {
            kept = new SentName[BitOperations.RoundUpToPowerOf2((uint)names.Length)];
        }

        names.CopyTo(kept);
        foreach (var sent in names)
        {
            lists.Symbols.AddReference(sent.Name);
        }

        return kept;
    }

    private void ForgetToldAgain(SentNames later)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var earlier = ref _waiting[i];
            if (earlier.List is SentNames many && !ReferenceEquals(many, later) && many.IsToldAgainBy(later))
            {
                earlier.List = null;
                lists.Release(many);
            }
        }
    }

    private SentResponse Take(int index)
    {
        var response = _waiting[index];
        Count--;
        Array.Copy(_waiting, index + 1, _waiting, index, Count - index);
        _waiting[Count] = default;
        return response;
    }
}
