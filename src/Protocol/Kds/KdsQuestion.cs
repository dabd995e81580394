namespace Mesh.Protocol.Kds;

/// <summary>One type that a receiver asks for: what is left to be said of what it holds, and what was answered.</summary>
internal sealed class KdsQuestion(string type, IReadOnlyCollection<KeyValuePair<string, string>>? held) : IDisposable
{
    private IEnumerator<KeyValuePair<string, string>>? _held = held is { Count: > 0 } ? held.GetEnumerator() : null;
    private bool _hasNext;

    /// <summary>Bare type name.</summary>
    public string Type { get; } = type;

    /// <summary>Whether anything is reported as held, so that a full set and differences must not be confused.</summary>
    public bool ReportsHeld { get; } = held is { Count: > 0 };

    /// <summary>Whether the answer is understood as differences.</summary>
    public bool KnowsVersions { get; } = held is not null;

    /// <summary>Whether the node was sent with this type.</summary>
    public bool HasSentNode { get; set; }

    /// <summary>Responses received.</summary>
    public long Responses { get; set; }

    /// <summary>Responses that wait for their answer.</summary>
    public int Unanswered { get; set; }

    /// <summary>Whether the first set is not over.</summary>
    public bool MoreFollows { get; set; }

    /// <summary>The held name that comes next; false when all were reported.</summary>
    public bool TryPeek(out KeyValuePair<string, string> next)
    {
        _hasNext = _hasNext || (_held is not null && _held.MoveNext());
        next = _hasNext ? _held!.Current : default;
        if (!_hasNext)
        {
            Dispose();
        }

        return _hasNext;
    }

    /// <summary>The held name was reported.</summary>
    public void Take() => _hasNext = false;

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
