using System.Globalization;
using System.Text;
using Mesh.Testing;

namespace Mesh.Conformance;

/// <summary>
/// Result of one category of cases: prints <c>conformance CATEGORY passed/total</c>, every failure with its reason, and
/// every case that passed although ours differs on purpose. The same goes to <c>artifacts/conformance/CATEGORY.txt</c>.
/// </summary>
public sealed class ConformanceReport(string category)
{
    private const int LongestReason = 2000;
    private readonly Lock _gate = new();
    private readonly List<(string Case, string Reason)> _failures = [];
    private readonly List<(string Case, string Reason)> _onPurpose = [];
    private readonly List<(string Case, string Reason)> _notJudged = [];
    private int _passed;

    /// <summary>Cases that passed, those that differ on purpose included.</summary>
    public int Passed
    {
        get
        {
            lock (_gate)
            {
                return _passed;
            }
        }
    }

    /// <summary>Cases that were judged.</summary>
    public int Total
    {
        get
        {
            lock (_gate)
            {
                return _passed + _failures.Count;
            }
        }
    }

    /// <summary>Share of judged cases that passed, 0 to 1; 1 when there were none.</summary>
    public double Rate => Total == 0 ? 1 : (double)Passed / Total;

    /// <summary>A case that agrees.</summary>
    public void Pass(string name)
    {
        lock (_gate)
        {
            _passed++;
        }
    }

    /// <summary>A case where ours differs in just the way that is intended.</summary>
    public void PassOnPurpose(string name, string difference)
    {
        lock (_gate)
        {
            _passed++;
            _onPurpose.Add((name, difference));
        }
    }

    /// <summary>A case that does not agree.</summary>
    public void Fail(string name, string reason)
    {
        lock (_gate)
        {
            _failures.Add((name, reason.Length <= LongestReason ? reason : reason[..LongestReason] + "..."));
        }
    }

    /// <summary>A case that cannot be judged, because what it builds on is not among the cases. Counts neither way.</summary>
    public void NotJudged(string name, string reason)
    {
        lock (_gate)
        {
            _notJudged.Add((name, reason));
        }
    }

    /// <summary>Prints the report.</summary>
    public void Print()
    {
        var text = ToString();
        Console.Write(text);
        TestContext.Current.TestOutputHelper?.Write(text);
        var folder = Path.Combine(SharedFolder.RepositoryRoot, "artifacts", "conformance");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, category.Replace('/', '-').Replace(' ', '-') + ".txt"), text);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            text.Append(CultureInfo.InvariantCulture, $"conformance {category} {_passed}/{_passed + _failures.Count}\n");
            foreach (var (name, reason) in _failures)
            {
                text.Append(CultureInfo.InvariantCulture, $"  failed {name}: {reason}\n");
            }

            foreach (var (name, reason) in _onPurpose)
            {
                text.Append(CultureInfo.InvariantCulture, $"  differs on purpose {name}: {reason}\n");
            }

            foreach (var (name, reason) in _notJudged)
            {
                text.Append(CultureInfo.InvariantCulture, $"  not judged {name}: {reason}\n");
            }
        }

        return text.ToString();
    }
}
