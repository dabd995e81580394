namespace Mesh.Server.Ads.Pushing;

/// <summary>
/// What is to be done at the end of a turn of writing, on the thread that has the turn: connections with several streams that write in the same turn send
/// once for all of them.
/// </summary>
internal static class TurnEnd
{
    [ThreadStatic]
    private static List<IThreadPoolWorkItem>? _items;

    [ThreadStatic]
    private static bool _isInTurn;

    /// <summary>Puts something off until the end of the turn of this thread. False: it has none.</summary>
    public static bool TryPutOff(IThreadPoolWorkItem item)
    {
        if (!_isInTurn)
        {
            return false;
        }

        // Streams of a connection mostly have their turns one after the other.
        var items = _items!;
        if (items.Count == 0 || !ReferenceEquals(items[^1], item))
        {
            items.Add(item);
        }

        return true;
    }

    /// <summary>A turn begins on this thread.</summary>
    public static void Begin()
    {
        _items ??= [];
        _isInTurn = true;
    }

    /// <summary>It ends: what was put off is done, and what follows from that at once.</summary>
    public static void Run()
    {
        _isInTurn = false;
        var items = _items!;
        foreach (var item in items)
        {
            item.Execute();
        }

        items.Clear();
    }
}
