# Asks Sisimai (Perl): folders with one mail each on standard input, a JSON line for each on standard output.
use strict;
use warnings;
use JSON::PP;
use Sisimai;
use Sisimai::Reason;

$| = 1;
my $json = JSON::PP->new->canonical->ascii;
print $json->encode({version => Sisimai->version, reasons => Sisimai::Reason->index}), "\n";
while (my $folder = <STDIN>) {
    chomp $folder;
    my @before = times;
    my $found = eval { Sisimai->make($folder, 'delivered' => 1) };
    my $raised = $@;
    my @after = times;
    my @recipients = map {
        {address => $_->recipient->address, reason => $_->reason, soft => $_->softbounce + 0, action => $_->action}
    } @{$found || []};
    my $spent = $after[0] + $after[1] - $before[0] - $before[1];
    print $json->encode({recipients => \@recipients, seconds => $spent, $raised ? (raised => "$raised") : ()}), "\n";
}
